//! From Go's syntax to Rust's, in one pass and without recursion.

use super::PatternError;
use super::class;
use super::cursor::{Cursor, push_literal};
use super::escape;
use super::repeat::{self, Before};

/// An open group, or the whole pattern.
struct Group {
    /// Where it opened, as a mark.
    start: usize,
    before: Before,
    /// The largest weight of the parts so far.
    weight: u32,
}

struct Translator<'a> {
    cursor: Cursor<'a>,
    out: String,
    /// The groups around the place that is read; never empty, as the first is the whole pattern.
    outer: Vec<Group>,
    group: Group,
}

/// A pattern in Rust's syntax.
pub(super) struct Translation {
    pub(super) text: String,
    /// The largest product of nested repetition counts.
    weight: u32,
}

impl Translation {
    /// How much work compiling it is, roughly: in literal characters.
    pub(super) fn effort(&self) -> usize {
        let count = |part: &str| self.text.matches(part).count();
        let broad = 10 * (count(".") + count("[^"));
        let unicode = 200 * (count("\\p{") + count("\\P{"));
        (self.text.len() + broad + unicode).saturating_mul(self.weight as usize)
    }
}

/// Writes a pattern in Go's syntax in Rust's.
pub(super) fn translate(go_syntax: &str) -> Result<Translation, PatternError> {
    let mut translator = Translator {
        cursor: Cursor::new(go_syntax),
        out: String::with_capacity(go_syntax.len() * 2),
        outer: Vec::new(),
        group: Group::new(0),
    };
    while let Some(c) = translator.cursor.peek() {
        translator.piece(c)?;
    }
    match translator.outer.last() {
        Some(_) => Err(translator.cursor.invalid_at(translator.group.start, "a ( without its )")),
        None => Ok(Translation { text: translator.out, weight: translator.group.weight }),
    }
}

impl Group {
    fn new(start: usize) -> Group {
        Group { start, before: Before::Nothing, weight: 1 }
    }
}

impl Translator<'_> {
    fn piece(&mut self, c: char) -> Result<(), PatternError> {
        let start = self.cursor.mark();
        if let Some(operator) = repeat::operator(&mut self.cursor)? {
            return self.repetition(start, &operator);
        }
        match c {
            '(' => return self.open(),
            ')' => return self.close(),
            '\\' => return self.backslash(),
            '|' => {
                self.cursor.next();
                self.out.push('|');
                self.group.before = Before::Nothing;
                return Ok(());
            }
            '[' => class::bracketed(&mut self.cursor, &mut self.out)?,
            '^' | '$' | '.' => {
                self.cursor.next();
                self.out.push(c);
            }
            _ => {
                self.cursor.next();
                push_literal(&mut self.out, c);
            }
        }
        self.atom();
        Ok(())
    }

    fn atom(&mut self) {
        self.group.before = Before::Atom { weight: 1 };
    }

    fn repetition(&mut self, start: usize, operator: &repeat::Operator) -> Result<(), PatternError> {
        self.cursor.eat("?");
        let weight = match self.group.before {
            Before::Atom { weight } => weight,
            Before::Nothing => return Err(self.cursor.invalid_at(start, "nothing before the repetition")),
            Before::Repetition => {
                return Err(self
                    .cursor
                    .invalid_at(start, "a repetition of a repetition: put a group between"));
            }
            Before::Flags => {
                return Err(self.cursor.unsupported_at(start, "a repetition right behind flags"));
            }
        };
        let weight = operator
            .around(weight)
            .ok_or_else(|| self.cursor.invalid_at(start, "nested repetitions of more than 1000 in all"))?;
        self.group.weight = self.group.weight.max(weight);
        self.group.before = Before::Repetition;
        self.out.push_str(self.cursor.since(start));
        Ok(())
    }

    fn open(&mut self) -> Result<(), PatternError> {
        let start = self.cursor.mark();
        self.cursor.next();
        if self.cursor.rest().starts_with("?P<") || self.cursor.rest().starts_with("?<") {
            self.name(start)?;
        } else if self.cursor.eat("?") {
            let (flags, end) = self.flags(start)?;
            match end {
                ')' => self.directive(&flags),
                _ => self.enter(start, &flags),
            }
            return Ok(());
        }
        self.enter(start, "");
        Ok(())
    }

    /// No group captures: nobody reads what it holds.
    fn enter(&mut self, start: usize, flags: &str) {
        self.out.push_str(&format!("(?{flags}:"));
        self.outer.push(std::mem::replace(&mut self.group, Group::new(start)));
    }

    fn name(&mut self, start: usize) -> Result<(), PatternError> {
        self.cursor.eat("?");
        self.cursor.eat("P");
        self.cursor.eat("<");
        if self.cursor.rest().starts_with(['=', '!']) {
            return Err(self
                .cursor
                .invalid_at(start, "look-behind, which Go's regular expressions do not have"));
        }
        let name = self.cursor.take_until(">").unwrap_or_default();
        if name.is_empty() || !name.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'_') {
            return Err(self.cursor.invalid_at(start, "a group without a plain name in < and >"));
        }
        Ok(())
    }

    /// Flags from behind the `?` up to `:` or `)`, in Rust's spelling: each once, the last word on it counts.
    fn flags(&mut self, start: usize) -> Result<(String, char), PatternError> {
        let (mut on, mut off) = (String::new(), String::new());
        let mut negative = false;
        loop {
            match self.cursor.next() {
                Some(flag @ ('i' | 'm' | 's' | 'U')) => {
                    on.retain(|c| c != flag);
                    let list = if negative { &mut off } else { &mut on };
                    list.retain(|c| c != flag);
                    list.push(flag);
                }
                Some('-') if !negative => negative = true,
                Some(end @ (':' | ')')) if !negative || !off.is_empty() => {
                    let minus = if negative { "-" } else { "" };
                    return Ok((format!("{on}{minus}{off}"), end));
                }
                Some('=' | '!') => {
                    return Err(self
                        .cursor
                        .invalid_at(start, "look-ahead, which Go's regular expressions do not have"));
                }
                _ => {
                    return Err(self
                        .cursor
                        .invalid_at(start, "(? without a known flag: i, m, s, U, or P<name>"));
                }
            }
        }
    }

    /// `(?i)`: flags for the rest of the group.
    fn directive(&mut self, flags: &str) {
        if !flags.is_empty() {
            self.out.push_str(&format!("(?{flags})"));
        }
        if self.group.before != Before::Nothing {
            self.group.before = Before::Flags;
        }
    }

    fn close(&mut self) -> Result<(), PatternError> {
        let Some(outer) = self.outer.pop() else {
            return Err(self.cursor.invalid_at(self.cursor.mark(), "a ) without its ("));
        };
        self.cursor.next();
        self.out.push(')');
        let weight = self.group.weight;
        self.group = outer;
        self.group.weight = self.group.weight.max(weight);
        self.group.before = Before::Atom { weight };
        Ok(())
    }

    fn backslash(&mut self) -> Result<(), PatternError> {
        if self.cursor.eat("\\Q") {
            self.quoted();
            return Ok(());
        }
        let assertions = [("\\A", "\\A"), ("\\z", "\\z"), ("\\b", "(?-u:\\b)"), ("\\B", "(?-u:\\B)")];
        if let Some((_, rust)) = assertions.iter().find(|(go, _)| self.cursor.eat(go)) {
            self.out.push_str(rust);
        } else if let Some(class) = escape::unicode_class(&mut self.cursor)? {
            self.out.push_str(&class);
        } else if let Some(class) = escape::perl_class(&mut self.cursor) {
            self.out.push_str(&class);
        } else {
            let c = escape::character(&mut self.cursor)?;
            push_literal(&mut self.out, c);
        }
        self.atom();
        Ok(())
    }

    /// The text behind `\Q`, up to `\E` or the end. A repetition behind it repeats its last character.
    fn quoted(&mut self) {
        let text = match self.cursor.take_until("\\E") {
            Some(text) => text,
            None => self.cursor.take_rest(),
        };
        for c in text.chars() {
            push_literal(&mut self.out, c);
            self.atom();
        }
        if let (true, Before::Repetition) = (text.is_empty(), self.group.before) {
            self.group.before = Before::Flags;
        }
    }
}
