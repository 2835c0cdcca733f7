//! `overlab schema`: the JSON Schema of scenario files.

use super::{Done, output};
use clap::Args;

const EXAMPLES: &str = "\
Example:
  overlab schema > scenario.schema.json

A scenario that names the file in its \"$schema\" is completed and checked by editors. The parameters of an \
algorithm are an open set to the schema: `overlab describe NAME` lists them.";

/// Prints the JSON Schema of scenario files, for editors.
#[derive(Debug, Args)]
#[command(after_help = EXAMPLES)]
pub(super) struct Schema {}

impl Schema {
    pub(super) fn perform(&self) -> Done {
        output::print(&overlab_schema::scenario::json_schema())
    }
}
