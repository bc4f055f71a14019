//! Colours on a terminal.

use super::context::Context;
use std::io::{self, IsTerminal as _};

/// When to use colours, in git's words.
#[derive(Clone, Copy, PartialEq, Eq, clap::ValueEnum)]
pub enum When {
    Auto,
    Always,
    Never,
}

impl When {
    /// Whether standard output gets colours; with `auto` where it is a terminal and `NO_COLOR` is not set.
    pub fn holds(self, context: &Context) -> bool {
        let is_dumb = || context.var("TERM").is_some_and(|terminal| terminal == "dumb");
        match self {
            When::Always => true,
            When::Never => false,
            When::Auto => io::stdout().is_terminal() && context.var("NO_COLOR").is_none() && !is_dumb(),
        }
    }
}

/// Writes a text in a colour, given as the number of its escape sequence.
pub fn paint(text: &str, colour: &str, out: &mut String) {
    for part in ["\x1b[", colour, "m", text, "\x1b[m"] {
        out.push_str(part);
    }
}
