//! Trees to JSON text.

use crate::document::error::SyntaxError;
use crate::document::path::Component;
use crate::document::tree::Node;
use crate::document::value::{Kind, ValueRef};
use zeroize::Zeroizing;

/// Where line breaks go.
#[derive(Clone, Copy)]
pub(super) enum Layout<'a> {
    /// None, and no blanks either.
    Compact,
    /// One entry per line; `base` is the indentation of the line that the text starts on.
    Lines { base: &'a str, unit: &'a str, newline: &'a str },
}

/// How values are spelled.
#[derive(Clone, Copy, PartialEq)]
pub(super) enum Dialect {
    /// With the fewest escapes, and doubles never without a point or an exponent, so that they stay doubles.
    Own,
    /// As sops does: `<`, `>`, `&`, U+2028 and U+2029 escaped, a double without fraction like an integer
    /// (spec, stores 3.2).
    Sops,
}

pub(super) struct Writer<'a> {
    layout: Layout<'a>,
    dialect: Dialect,
    /// Whether a value that JSON has no word for becomes text rather than an error.
    lenient: bool,
    out: Zeroizing<String>,
    /// The way to the node that is being written.
    trail: Vec<Component<'a>>,
}

impl<'a> Writer<'a> {
    pub(super) fn new(layout: Layout<'a>, dialect: Dialect) -> Writer<'a> {
        Writer { layout, dialect, lenient: false, out: Zeroizing::new(String::new()), trail: Vec::new() }
    }

    pub(super) fn lenient(mut self) -> Writer<'a> {
        self.lenient = true;
        self
    }

    pub(super) fn finish(self) -> Zeroizing<String> {
        self.out
    }

    pub(super) fn raw(&mut self, text: &str) {
        self.out.push_str(text);
    }

    /// Writes a key and the colon behind it.
    pub(super) fn key(&mut self, key: &str) {
        quote(key, self.dialect, &mut self.out);
        self.out.push_str(match self.layout {
            Layout::Compact => ":",
            Layout::Lines { .. } => ": ",
        });
    }

    /// Writes a value; comments are left out. Recurses as deep as the tree is, which the scan that it came from
    /// has limited.
    pub(super) fn node(&mut self, node: &'a Node) -> Result<(), SyntaxError> {
        match node {
            Node::Scalar(value) => match scalar(value.borrow(), self.dialect, &mut self.out) {
                Err(_) if self.lenient => {
                    quote(&value.borrow().text(), self.dialect, &mut self.out);
                    Ok(())
                }
                written => written.map_err(|error| error.path(Component::display_all(&self.trail))),
            },
            Node::Map(_) => {
                let entries = node.entries().map(|(key, node)| (Component::Key(key), node));
                self.group('{', entries, '}')
            }
            Node::List(_) => {
                let entries = node.entries().zip(0..).map(|((_, node), n)| (Component::Index(n), node));
                self.group('[', entries, ']')
            }
        }
    }

    fn group(
        &mut self,
        open: char,
        entries: impl Iterator<Item = (Component<'a>, &'a Node)>,
        close: char,
    ) -> Result<(), SyntaxError> {
        self.out.push(open);
        let mut empty = true;
        for (step, node) in entries {
            if !empty {
                self.out.push(',');
            }
            empty = false;
            self.trail.push(step);
            self.line();
            if let Component::Key(key) = step {
                self.key(key);
            }
            self.node(node)?;
            self.trail.pop();
        }
        if !empty {
            self.line();
        }
        self.out.push(close);
        Ok(())
    }

    fn line(&mut self) {
        if let Layout::Lines { base, unit, newline } = self.layout {
            self.out.push_str(newline);
            self.out.push_str(base);
            for _ in &self.trail {
                self.out.push_str(unit);
            }
        }
    }
}

/// Writes one value; nothing and an error if JSON has no way to say it.
pub(super) fn scalar(value: ValueRef<'_>, dialect: Dialect, out: &mut String) -> Result<(), SyntaxError> {
    let text = std::str::from_utf8(value.bytes).map_err(|_| {
        SyntaxError::whole("the value is not UTF-8 text, which JSON can't hold")
            .hint("write it to a file of its own with --output-type binary")
    })?;
    match value.kind {
        Kind::Str | Kind::Bytes | Kind::Time => quote(text, dialect, out),
        Kind::Int => out.push_str(text),
        Kind::Float => float(text, dialect, out)?,
        Kind::Bool => out.push_str(if text == "True" { "true" } else { "false" }),
        Kind::Null => out.push_str("null"),
        Kind::EmptyMap => out.push_str("{}"),
        Kind::EmptyList => out.push_str("[]"),
        Kind::Comment => {
            return Err(SyntaxError::whole("JSON has no comments")
                .hint("decrypt it with --output-type yaml, where the comment has a place"));
        }
    }
    Ok(())
}

fn float(canonical: &str, dialect: Dialect, out: &mut String) -> Result<(), SyntaxError> {
    let number = canonical.parse::<f64>().ok().filter(|number| number.is_finite()).ok_or_else(|| {
        SyntaxError::whole("JSON can't hold a number that is infinite or not a number")
            .hint("write it as text, in double quotes")
    })?;
    let size = number.abs();
    if size != 0.0 && !(1e-6..1e21).contains(&size) {
        let short = format!("{number:e}");
        // Go writes the sign of every exponent.
        let signed = if short.contains("e-") { short } else { short.replace('e', "e+") };
        out.push_str(&signed);
    } else {
        let plain = format!("{number}");
        out.push_str(&plain);
        if dialect == Dialect::Own && !plain.contains('.') {
            out.push_str(".0");
        }
    }
    Ok(())
}

/// Writes text between double quotes.
pub(super) fn quote(text: &str, dialect: Dialect, out: &mut String) {
    out.push('"');
    let mut written = 0;
    for (at, letter) in text.char_indices() {
        let short = match letter {
            '"' => "\\\"",
            '\\' => "\\\\",
            '\n' => "\\n",
            '\r' => "\\r",
            '\t' => "\\t",
            '\u{8}' => "\\b",
            '\u{c}' => "\\f",
            '\0'..='\u{1f}' => "",
            '<' | '>' | '&' | '\u{2028}' | '\u{2029}' if dialect == Dialect::Sops => "",
            _ => continue,
        };
        out.push_str(&text[written..at]);
        match short {
            "" => out.push_str(&format!("\\u{:04x}", letter as u32)),
            short => out.push_str(short),
        }
        written = at + letter.len_utf8();
    }
    out.push_str(&text[written..]);
    out.push('"');
}
