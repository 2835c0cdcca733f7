//! Small graph files in place of those that scenarios name and that are not part of the project.

use std::path::{Path, PathBuf};

/// A file of a format, from the corpus of the importers; nothing where a scenario states none.
pub(crate) fn stand_in(format: Option<&str>) -> Option<PathBuf> {
    let folder = match format? {
        "orbis" => "edge_list",
        "model_net" => "model_net_graph",
        other => other,
    };
    let corpus =
        Path::new(env!("CARGO_MANIFEST_DIR")).join("crates/overlab-underlay/tests/corpus").join(folder);
    let entries = fs_err::read_dir(corpus).unwrap();
    let mut files: Vec<PathBuf> = entries.map(|entry| entry.unwrap().path()).collect();
    files.sort_unstable();
    let good = |file: &PathBuf| {
        let name = file.file_name().unwrap().to_string_lossy();
        !name.starts_with("wrong-") && !name.starts_with("found-")
    };
    Some(files.into_iter().find(good).expect("every format has a file that is right"))
}
