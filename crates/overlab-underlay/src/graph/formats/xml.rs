//! What the XML formats share: a document or an error with its place, and required attributes.

use super::draft::Draft;
use crate::error::UnderlayError;
use crate::input;
use roxmltree::{Document, Node};

/// Parses the text, whose root element must have one of the names of the format.
pub(crate) fn document<'a>(
    draft: &Draft<'a>,
    root: &str,
    what: &'static str,
) -> Result<Document<'a>, UnderlayError> {
    const WELL_FORMED: &str = "the file must be well-formed XML: perhaps it is cut off";
    let document = Document::parse(draft.text).map_err(|error| {
        let (line, column) = match error {
            // A file that is cut off is wrong at its end, not at its start.
            roxmltree::Error::UnclosedRootNode | roxmltree::Error::UnexpectedEndOfStream => {
                input::position(draft.text, draft.text.len())
            }
            _ => (error.pos().row, error.pos().col),
        };
        let (file, problem) = (draft.name.to_owned(), error.to_string());
        UnderlayError::Syntax { file, line, column, problem, cure: WELL_FORMED }
    })?;
    let element = document.root_element();
    if element.tag_name().name() != root {
        let problem = format!("the root element is <{}>", element.tag_name().name());
        return Err(draft.spot(element.range().start).error(problem, what));
    }
    Ok(document)
}

/// An attribute that an element must have.
pub(crate) fn required<'d>(
    draft: &Draft,
    element: Node<'d, '_>,
    name: &str,
) -> Result<&'d str, UnderlayError> {
    element.attribute(name).ok_or_else(|| {
        let problem = format!("<{}> has no {name}", element.tag_name().name());
        draft.spot(element.range().start).error(problem, "add the attribute")
    })
}

/// The text of a child element, without blanks around it.
pub(crate) fn child<'d>(element: Node<'d, '_>, name: &str) -> Option<&'d str> {
    let child = element.children().find(|child| child.is_element() && child.tag_name().name() == name)?;
    child.text().map(str::trim)
}

/// All elements named `name` below `node`, in the order of the document.
pub(crate) fn elements<'d, 'input>(
    node: Node<'d, 'input>,
    name: &'static str,
) -> impl Iterator<Item = Node<'d, 'input>> {
    node.descendants().filter(move |node| node.is_element() && node.tag_name().name() == name)
}
