//! The tables of a TOML file: which key or header may add to which table, wherever in the text.

use super::order::Order;
use crate::document::duplicates::{self, Key};
use crate::document::error::SyntaxError;
use crate::document::path::{PathId, Paths};
use std::borrow::Cow;
use std::collections::HashMap;
use std::ops::Range;

/// A table, a list, or an array of tables.
#[derive(Clone, Copy, PartialEq, Eq, Hash)]
pub(super) struct TableId(pub(super) u32);

/// One name of a dotted key or header.
pub(super) struct Part<'t> {
    pub name: Cow<'t, str>,
    pub at: usize,
}

/// How a table came to be, which decides what may be added to it.
#[derive(Clone, Copy, PartialEq)]
enum Def {
    /// Only named in headers of tables below it; its own header, or a dotted key, may still come.
    Implied,
    /// Made by a dotted key. More dotted keys may follow, and headers of tables below it, but no header.
    Dotted,
    /// It has had its header, or is the root.
    Header,
    /// `[[name]]`, the list that each such header adds an element to.
    Elements { count: u32, latest: TableId },
    /// Written as a value, in brackets or braces.
    Value { count: u32 },
}

struct Table {
    path: PathId,
    def: Def,
    /// Where its name stands first.
    at: usize,
    depth: usize,
    /// Within the `sops` block.
    in_block: bool,
    /// Whether it has anything but comments.
    filled: bool,
    /// The spelling it would have as a slot if it stays empty.
    empty: Range<usize>,
}

/// A table or list with nothing but comments in it.
pub(super) struct Empty {
    pub table: TableId,
    pub path: PathId,
    pub span: Range<usize>,
    pub list: bool,
    pub in_block: bool,
}

pub(super) const ROOT: TableId = TableId(0);

pub(super) struct Tables<'t> {
    text: &'t str,
    pub paths: Paths,
    depth: usize,
    tables: Vec<Table>,
    named: HashMap<(TableId, Cow<'t, str>), TableId>,
    keys: Vec<Key>,
    pub order: Order,
    /// Whether what is made now belongs to the `sops` block.
    pub in_block: bool,
}

impl<'t> Tables<'t> {
    pub(super) fn new(text: &'t str, depth: usize) -> Tables<'t> {
        let mut paths = Paths::default();
        let path = paths.root(0);
        let root =
            Table { path, def: Def::Header, at: 0, depth: 1, in_block: false, filled: true, empty: 0..0 };
        let mut order = Order::default();
        order.table(None);
        Tables {
            text,
            paths,
            depth,
            tables: vec![root],
            named: HashMap::new(),
            keys: Vec::new(),
            order,
            in_block: false,
        }
    }

    pub(super) fn path(&self, table: TableId) -> PathId {
        self.table(table).path
    }

    /// The container that a header adds a table to: for `[a.b]` the table `a`, for `[[a.b]]` the list `a.b`.
    pub(super) fn header_container(
        &mut self,
        parts: &[Part<'t>],
        element: bool,
    ) -> Result<TableId, SyntaxError> {
        let Some((last, above)) = parts.split_last() else { return Ok(ROOT) };
        let mut at = ROOT;
        for part in above {
            at = match self.find(at, part) {
                None => self.name(at, part, Def::Implied)?,
                Some(table) => match self.table(table).def {
                    Def::Elements { latest, .. } => latest,
                    _ => table,
                },
            };
        }
        if !element {
            return Ok(at);
        }
        match self.find(at, last) {
            None => self.name(at, last, Def::Elements { count: 0, latest: ROOT }),
            Some(table) if matches!(self.table(table).def, Def::Elements { .. }) => Ok(table),
            Some(table) => Err(self.clash(table, last.at)),
        }
    }

    /// The table that a header opens in the container from [`Tables::header_container`]. A table that headers
    /// of tables below it have implied moves to where its own header is.
    pub(super) fn header(
        &mut self,
        container: TableId,
        part: &Part<'t>,
        empty: Range<usize>,
    ) -> Result<TableId, SyntaxError> {
        let table = if let Def::Elements { count, .. } = self.table(container).def {
            let path = self.paths.index(self.path(container), count);
            let element = self.add(container, path, part.at, Def::Header)?;
            self.table_mut(container).def = Def::Elements { count: count + 1, latest: element };
            element
        } else {
            match self.find(container, part) {
                None => self.name(container, part, Def::Header)?,
                Some(table) if self.table(table).def == Def::Implied => {
                    self.order.move_to_end(container, table);
                    self.table_mut(table).def = Def::Header;
                    table
                }
                Some(table) => return Err(self.clash(table, part.at)),
            }
        };
        self.table_mut(table).empty = empty;
        Ok(table)
    }

    /// The table that the last part of a dotted key goes into.
    pub(super) fn dotted(&mut self, table: TableId, above: &[Part<'t>]) -> Result<TableId, SyntaxError> {
        let mut at = table;
        for part in above {
            at = match self.find(at, part) {
                None => self.name(at, part, Def::Dotted)?,
                Some(table) => match self.table(table).def {
                    Def::Implied | Def::Dotted => {
                        self.table_mut(table).def = Def::Dotted;
                        table
                    }
                    _ => return Err(self.clash(table, part.at)),
                },
            };
        }
        Ok(at)
    }

    /// The path of a value under a new key.
    pub(super) fn key(&mut self, table: TableId, part: &Part<'t>) -> PathId {
        let path = self.paths.key(self.path(table), &part.name);
        self.keys.push(Key::new(&self.paths, path, part.at));
        path
    }

    /// The path of the next element of a list.
    pub(super) fn element(&mut self, list: TableId) -> PathId {
        let mut position = 0;
        if let Def::Value { count } = &mut self.table_mut(list).def {
            position = *count;
            *count += 1;
        }
        self.paths.index(self.path(list), position)
    }

    /// A list or inline table that is the value at `path` in `container`.
    pub(super) fn open(
        &mut self,
        container: TableId,
        path: PathId,
        at: usize,
    ) -> Result<TableId, SyntaxError> {
        let table = self.add(container, path, at, Def::Value { count: 0 })?;
        self.table_mut(table).empty = at + 1..at + 1;
        Ok(table)
    }

    /// The list or inline table ends before `end`.
    pub(super) fn close(&mut self, table: TableId, end: usize) {
        if self.order.is_empty(table) {
            let table = self.table_mut(table);
            table.empty = table.at..end;
        }
    }

    /// The next slot is a value in `table`.
    pub(super) fn slot(&mut self, table: TableId, slot: u32) {
        self.fill(table);
        self.order.slot(table, slot);
    }

    /// An error if a key stands twice in one table.
    pub(super) fn refuse_duplicates(&mut self) -> Result<(), SyntaxError> {
        duplicates::refuse(&mut self.keys, self.text, &self.paths)
    }

    /// Something that is no slot of ours is in `table`.
    pub(super) fn fill(&mut self, table: TableId) {
        self.table_mut(table).filled = true;
    }

    /// The tables and lists that have nothing but comments in them.
    pub(super) fn empty(&self) -> Vec<Empty> {
        let empty = |(_, table): &(u32, &Table)| !table.filled;
        let list = |table: &Table| {
            matches!(table.def, Def::Value { .. }) && self.text.as_bytes().get(table.at) == Some(&b'[')
        };
        (0..)
            .zip(&self.tables)
            .filter(empty)
            .map(|(n, table)| Empty {
                table: TableId(n),
                path: table.path,
                span: table.empty.clone(),
                list: list(table),
                in_block: table.in_block,
            })
            .collect()
    }

    fn find(&self, table: TableId, part: &Part<'t>) -> Option<TableId> {
        self.named.get(&(table, Cow::Borrowed(&*part.name))).copied()
    }

    /// A new table under a name. That the name is new is checked in the end, with all other keys.
    fn name(&mut self, parent: TableId, part: &Part<'t>, def: Def) -> Result<TableId, SyntaxError> {
        let path = self.key(parent, part);
        let table = self.add(parent, path, part.at, def)?;
        self.named.insert((parent, part.name.clone()), table);
        Ok(table)
    }

    fn add(&mut self, parent: TableId, path: PathId, at: usize, def: Def) -> Result<TableId, SyntaxError> {
        let depth = self.table(parent).depth + 1;
        if depth > self.depth {
            let reason = format!("tables and lists are nested deeper than {} levels", self.depth);
            return Err(SyntaxError::at(self.text.as_bytes(), at, reason)
                .path(self.paths.display(path))
                .hint("flatten the data, or encrypt the file as a whole with --input-type binary"));
        }
        self.fill(parent);
        // An array of tables has an element as soon as it is there.
        let filled = matches!(def, Def::Elements { .. });
        let (in_block, empty) = (self.in_block, at..at);
        self.tables.push(Table { path, def, at, depth, in_block, filled, empty });
        Ok(self.order.table(Some(parent)))
    }

    fn clash(&self, table: TableId, at: usize) -> SyntaxError {
        let Table { path, at: first, .. } = *self.table(table);
        duplicates::fault(self.text, &self.paths, first, at, path)
    }

    fn table(&self, id: TableId) -> &Table {
        &self.tables[id.0 as usize]
    }

    fn table_mut(&mut self, id: TableId) -> &mut Table {
        &mut self.tables[id.0 as usize]
    }
}
