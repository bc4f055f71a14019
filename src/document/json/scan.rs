//! JSON text to slots, in one pass without recursion.

use super::lex::{self, Fault};
use super::top::TopLevel;
use crate::document::duplicates::{self, Key};
use crate::document::error::SyntaxError;
use crate::document::path::{Component, PathId, Paths};
use crate::document::slot::{Content, Slot, Style};
use crate::document::syntax::{Limits, Scan};
use crate::document::value::{Kind, canonical_float};
use std::ops::Range;
use zeroize::Zeroizing;

const BOM: &str = "\u{feff}";

pub(super) fn scan(text: &str, limits: &Limits) -> Result<Scan, SyntaxError> {
    let mut scanner = Scanner {
        text,
        at: if text.starts_with(BOM) { BOM.len() } else { 0 },
        depth: limits.depth,
        paths: Paths::default(),
        near: None,
        open: Vec::new(),
        keys: Vec::new(),
        slots: Vec::new(),
        metadata: Vec::new(),
        top: TopLevel::default(),
    };
    let root = scanner.document()?;
    let Scanner { paths, slots, metadata, top, .. } = scanner;
    let part = top.part(root, metadata);
    Ok(Scan { paths, slots, parts: vec![part], step: 2, ..Scan::default() })
}

/// An object or list whose end is not reached yet.
struct Open {
    path: PathId,
    at: usize,
    object: bool,
    /// The position of the next element; lists only.
    next: u32,
    /// Where this object's keys start in [`Scanner::keys`].
    keys: usize,
}

/// What may come next.
#[derive(Clone, Copy, PartialEq)]
enum State {
    /// Behind an opening bracket.
    First,
    /// Behind a comma.
    Next,
    /// Behind a value.
    After,
}

struct Scanner<'t> {
    text: &'t str,
    at: usize,
    depth: usize,
    paths: Paths,
    /// The entry that was begun last; `None` at the top level.
    near: Option<PathId>,
    open: Vec<Open>,
    keys: Vec<Key>,
    slots: Vec<Slot>,
    metadata: Vec<Slot>,
    top: TopLevel,
}

impl Scanner<'_> {
    fn document(&mut self) -> Result<PathId, SyntaxError> {
        let root = self.paths.root(0);
        self.at = lex::skip_blanks(self.bytes(), self.at);
        match self.byte() {
            Some(b'{') => self.enter(root, true)?,
            None => return Err(self.fault(self.at, "the file is empty, a JSON object was expected")),
            Some(_) => {
                let hint =
                    "wrap the value in an object, or encrypt the file as a whole with --input-type binary";
                return Err(self.fault(self.at, "the file is not a JSON object").hint(hint));
            }
        }
        self.top.opened(self.at);
        let mut state = State::First;
        while let Some(open) = self.open.last() {
            let close = if open.object { b'}' } else { b']' };
            self.at = lex::skip_blanks(self.bytes(), self.at);
            state = match (self.byte(), state) {
                (Some(b), State::First | State::After) if b == close => {
                    self.leave(state)?;
                    State::After
                }
                (Some(b','), State::After) => {
                    self.at += 1;
                    State::Next
                }
                (_, State::After) => return Err(self.unexpected("a comma or a closing bracket")),
                (_, State::First | State::Next) => self.entry()?,
            };
        }
        self.at = lex::skip_blanks(self.bytes(), self.at);
        match self.byte() {
            None => Ok(root),
            Some(_) => Err(self
                .fault(self.at, "there is more data behind the JSON object")
                .hint("keep one object per file; whatever follows it would be lost")),
        }
    }

    /// An element, or a key with its value.
    fn entry(&mut self) -> Result<State, SyntaxError> {
        let Some(open) = self.open.last_mut() else { return Ok(State::After) };
        let parent = open.path;
        if !open.object {
            let path = self.paths.index(parent, open.next);
            open.next += 1;
            self.near = Some(path);
            return self.value(path);
        }
        let at = self.at;
        if self.byte() != Some(b'"') {
            return Err(self.unexpected("a key in double quotes"));
        }
        let name = lex::string(self.bytes(), at).map_err(|fault| self.located(fault))?;
        self.at = name.inner.end + 1;
        let path = if name.escaped {
            let decoded = lex::unescape(self.text, name.inner).map_err(|fault| self.located(fault))?;
            self.paths.key(parent, &decoded)
        } else {
            self.paths.key(parent, &self.text[name.inner])
        };
        self.keys.push(Key::new(&self.paths, path, at));
        self.near = Some(path);
        if self.open.len() == 1 {
            self.top.start(self.paths.last(path) == Some(Component::Key("sops")), at);
        }
        self.at = lex::skip_blanks(self.bytes(), self.at);
        if self.byte() != Some(b':') {
            return Err(self.unexpected("a colon"));
        }
        self.at = lex::skip_blanks(self.bytes(), self.at + 1);
        self.value(path)
    }

    fn value(&mut self, path: PathId) -> Result<State, SyntaxError> {
        let start = self.at;
        let (kind, style, content) = match self.byte() {
            Some(b'"') => {
                let quoted = lex::string(self.bytes(), start).map_err(|fault| self.located(fault))?;
                self.at = quoted.inner.end + 1;
                let content = if quoted.escaped {
                    let text = lex::unescape(self.text, quoted.inner).map_err(|fault| self.located(fault))?;
                    Content::Cooked(Zeroizing::new(text.as_bytes().into()))
                } else {
                    Content::AsWritten(quoted.inner)
                };
                (Kind::Str, Style::Double, content)
            }
            Some(b'-' | b'0'..=b'9') => {
                let (kind, content) = self.number()?;
                (kind, Style::Plain, content)
            }
            Some(b'{') => return self.enter(path, true).map(|()| State::First),
            Some(b'[') => return self.enter(path, false).map(|()| State::First),
            Some(b't') => (Kind::Bool, Style::Plain, self.word("true", "True")?),
            Some(b'f') => (Kind::Bool, Style::Plain, self.word("false", "False")?),
            Some(b'n') => (Kind::Null, Style::Plain, self.word("null", "")?),
            _ => return Err(self.unexpected("a value")),
        };
        self.push(path, start..self.at, kind, style, content);
        Ok(State::After)
    }

    /// An integer that fits 64 bits stays one, any other number is a double (spec, stores 3.1).
    fn number(&mut self) -> Result<(Kind, Content), SyntaxError> {
        let (end, integer) = lex::number(self.bytes(), self.at).map_err(|fault| self.located(fault))?;
        let span = self.at..end;
        let written = &self.text[span.clone()];
        if integer && written == "-0" {
            self.at = end;
            return Ok((Kind::Int, cooked("0")));
        }
        if integer && written.parse::<i64>().is_ok() {
            self.at = end;
            return Ok((Kind::Int, Content::AsWritten(span)));
        }
        let Some(number) = written.parse::<f64>().ok().filter(|number| number.is_finite()) else {
            return Err(self
                .fault(self.at, "the number is out of the range of a double")
                .hint("write it as text, in double quotes"));
        };
        self.at = end;
        let canonical = Zeroizing::new(canonical_float(number));
        let content = if *canonical == written { Content::AsWritten(span) } else { cooked(&canonical) };
        Ok((Kind::Float, content))
    }

    fn word(&mut self, word: &str, canonical: &str) -> Result<Content, SyntaxError> {
        if !self.text[self.at..].starts_with(word) {
            return Err(self.unexpected("a value"));
        }
        self.at += word.len();
        Ok(cooked(canonical))
    }

    fn enter(&mut self, path: PathId, object: bool) -> Result<(), SyntaxError> {
        if self.open.len() >= self.depth {
            let reason = format!("objects and lists are nested deeper than {} levels", self.depth);
            return Err(SyntaxError::at(self.bytes(), self.at, reason)
                .path(self.paths.display(path))
                .hint("flatten the data, or encrypt the file as a whole with --input-type binary"));
        }
        self.open.push(Open { path, at: self.at, object, next: 0, keys: self.keys.len() });
        self.at += 1;
        Ok(())
    }

    fn leave(&mut self, state: State) -> Result<(), SyntaxError> {
        let Some(open) = self.open.pop() else { return Ok(()) };
        self.at += 1;
        self.near = self.open.last().map(|_| open.path);
        duplicates::refuse(&mut self.keys[open.keys..], self.text, &self.paths)?;
        self.keys.truncate(open.keys);
        if state == State::First && !self.open.is_empty() {
            let kind = if open.object { Kind::EmptyMap } else { Kind::EmptyList };
            self.push(open.path, open.at..self.at, kind, Style::Plain, cooked(""));
        } else if self.open.len() == 1 {
            self.top.end(self.at);
        }
        Ok(())
    }

    fn push(&mut self, path: PathId, span: Range<usize>, kind: Kind, style: Style, content: Content) {
        let slot = Slot { path, span, tail: Box::default(), kind, style, flow: false, indent: 0, content };
        if self.top.in_block() {
            self.metadata.push(slot)
        } else {
            self.slots.push(slot)
        }
        if self.open.len() == 1 {
            self.top.end(self.at);
        }
    }

    fn bytes(&self) -> &[u8] {
        self.text.as_bytes()
    }

    fn byte(&self) -> Option<u8> {
        self.bytes().get(self.at).copied()
    }

    /// Names what was found only where it is punctuation: anything else may be a piece of a value.
    fn unexpected(&self, expected: &str) -> SyntaxError {
        let found = match self.byte() {
            None => "the end of the file".to_owned(),
            Some(mark @ (b'{' | b'}' | b'[' | b']' | b':' | b',' | b'"')) => format!("`{}`", mark as char),
            Some(b'/' | b'#') => "a comment, which JSON does not have".to_owned(),
            Some(_) => "something else".to_owned(),
        };
        self.fault(self.at, format!("expected {expected}, found {found}"))
    }

    fn located(&self, fault: Fault) -> SyntaxError {
        self.fault(fault.at, fault.reason)
    }

    fn fault(&self, at: usize, reason: impl Into<String>) -> SyntaxError {
        let error = SyntaxError::at(self.bytes(), at, reason);
        match self.near {
            Some(path) => error.path(self.paths.display(path)),
            None => error,
        }
    }
}

fn cooked(canonical: &str) -> Content {
    Content::Cooked(Zeroizing::new(canonical.as_bytes().into()))
}
