//! What is in each table, in the order of sops' tree, which is not that of the text when a table is written in
//! several places or a comment behind its value.

use super::tables::{ROOT, TableId};
use std::collections::HashMap;

/// For each table a linked list of runs of slots and of tables.
#[derive(Default)]
pub(super) struct Order {
    lists: Vec<List>,
    items: Vec<Item>,
}

struct List {
    first: u32,
    last: u32,
    /// The table's own item in its parent.
    item: u32,
}

#[derive(Clone, Copy)]
enum What {
    Slots {
        start: u32,
        end: u32,
    },
    Table(TableId),
    /// A table that has moved to a later place.
    Moved,
}

struct Item {
    what: What,
    next: u32,
}

const NONE: u32 = u32::MAX;

impl Order {
    /// Appends a new table, and gives its number; they count from 0, the root, which has no parent.
    pub(super) fn table(&mut self, parent: Option<TableId>) -> TableId {
        let table = TableId(self.lists.len() as u32);
        let item = parent.map_or(NONE, |parent| self.append(parent, What::Table(table)));
        self.lists.push(List { first: NONE, last: NONE, item });
        table
    }

    pub(super) fn is_empty(&self, table: TableId) -> bool {
        self.list(table).first == NONE
    }

    /// Makes a table the last thing in its parent.
    pub(super) fn move_to_end(&mut self, parent: TableId, table: TableId) {
        let item = self.list(table).item;
        self.items[item as usize].what = What::Moved;
        let item = self.append(parent, What::Table(table));
        self.list_mut(table).item = item;
    }

    /// Appends a slot by its number; numbers ascend.
    pub(super) fn slot(&mut self, table: TableId, slot: u32) {
        let last = self.list(table).last;
        match self.items.get_mut(last as usize).map(|item| &mut item.what) {
            Some(What::Slots { end, .. }) if *end == slot => *end += 1,
            _ => {
                self.append(table, What::Slots { start: slot, end: slot + 1 });
            }
        }
    }

    /// Puts a slot before the last thing in a table.
    pub(super) fn slot_before_last(&mut self, table: TableId, slot: u32) {
        let new = What::Slots { start: slot, end: slot + 1 };
        let last = self.list(table).last;
        match self.items.get_mut(last as usize).map(|item| &mut item.what) {
            Some(What::Slots { start, end }) if *end - *start > 1 => {
                *end -= 1;
                let value = What::Slots { start: *end, end: *end + 1 };
                self.append(table, new);
                self.append(table, value);
            }
            Some(what) => {
                let moved = std::mem::replace(what, new);
                let item = self.append(table, moved);
                if let What::Table(child) = moved {
                    self.list_mut(child).item = item;
                }
            }
            None => {
                self.append(table, new);
            }
        }
    }

    /// The numbers of all slots, depth first. `empty` has the slots that stand for tables without values.
    pub(super) fn slots(&self, empty: &HashMap<TableId, u32>) -> Vec<u32> {
        let mut slots = Vec::new();
        let mut next = vec![self.list(ROOT).first];
        while let Some(at) = next.pop() {
            let Some(item) = self.items.get(at as usize) else { continue };
            next.push(item.next);
            match item.what {
                What::Slots { start, end } => slots.extend(start..end),
                What::Table(table) => {
                    slots.extend(empty.get(&table));
                    next.push(self.list(table).first);
                }
                What::Moved => {}
            }
        }
        slots
    }

    fn append(&mut self, table: TableId, what: What) -> u32 {
        let new = self.items.len() as u32;
        self.items.push(Item { what, next: NONE });
        let list = self.list_mut(table);
        let before = std::mem::replace(&mut list.last, new);
        if list.first == NONE {
            list.first = new;
        }
        if let Some(before) = self.items.get_mut(before as usize) {
            before.next = new;
        }
        new
    }

    fn list(&self, table: TableId) -> &List {
        &self.lists[table.0 as usize]
    }

    fn list_mut(&mut self, table: TableId) -> &mut List {
        &mut self.lists[table.0 as usize]
    }
}
