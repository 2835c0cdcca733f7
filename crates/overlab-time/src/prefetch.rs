//! Asking the memory for what will be needed soon.

use prefetch_index::prefetch_index;

/// Bytes that memory moves at once, on all machines that matter here.
const LINE: usize = 64;
/// However long a list is, more than this is not worth asking for at once.
const MOST_LINES: usize = 8;

/// Asks the memory for the first half kilobyte of `items`, which will be needed soon. It changes nothing and returns at once.
#[inline]
pub fn prefetch<T>(items: &[T]) {
    let bytes = size_of_val(items).min(MOST_LINES * LINE);
    if bytes > 0 {
        let first = items.as_ptr().addr();
        let mut address = first;
        while address < first + bytes {
            line(address);
            // The next line, wherever in its line the list begins.
            address = (address & !(LINE - 1)) + LINE;
        }
    }
}

/// The same for the first `bytes` of one item; nothing happens where there is none.
#[inline]
pub fn prefetch_start<T>(items: &[T], index: usize, bytes: usize) {
    prefetch_index(items, index);
    let first = items.as_ptr().wrapping_add(index).addr();
    let end = first + bytes.min(size_of::<T>());
    let mut address = (first & !(LINE - 1)) + LINE;
    while address < end {
        line(address);
        address += LINE;
    }
}

/// The same for one item; nothing happens where there is none.
#[inline]
pub fn prefetch_item<T>(items: &[T], index: usize) {
    prefetch_index(items, index);
    for start in (LINE..size_of::<T>().min(MOST_LINES * LINE)).step_by(LINE) {
        line(items.as_ptr().wrapping_add(index).addr() + start);
    }
    // A large item hardly ever begins a line.
    if size_of::<T>() > LINE / 2 {
        line(items.as_ptr().wrapping_add(index + 1).addr() - 1);
    }
}

/// The library asks for elements of slices, at any index: an address is its own distance from nowhere.
#[inline]
fn line(address: usize) {
    const NOWHERE: &[u8] = &[];
    prefetch_index(NOWHERE, address.wrapping_sub(NOWHERE.as_ptr().addr()));
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn anything_can_be_asked_for() {
        prefetch::<u64>(&[]);
        prefetch(&[(), ()]);
        prefetch(&[[1u8; 3]; 7]);
        prefetch(&vec![5u64; 10_000]);
        prefetch_item(&[String::from("text")], 0);
        prefetch_item(&[1, 2], 2);
        prefetch_start(&[[1u8; 300]; 2], 1, 200);
        prefetch_start(&[1, 2], 2, 64);
    }
}
