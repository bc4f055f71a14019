//! What a merge means: three trees → one, key path by key path.

use super::plain::{self, by_key, elements};
use super::sequence::{self, Touching, Who};
use super::{Conflict, Side};
use crate::document::step::Step;
use crate::document::tree::{Item, Node};
use std::collections::HashSet;

/// What the merged file holds.
pub(super) struct Model {
    /// One tree per document.
    pub trees: Vec<Node>,
    pub conflicts: Vec<Conflict>,
}

/// The trees that two sides made of a common ancestor as one, with one side's values at conflicts. `None` where the
/// sides have different numbers of documents and both changed something. At the places of `forced` there is a conflict
/// whatever the values say.
pub(super) fn merge(
    base: Option<&[Node]>,
    ours: &[Node],
    theirs: &[Node],
    forced: &[Conflict],
    prefer: Side,
) -> Option<Model> {
    let as_it_is = |trees: &[Node]| Some(Model { trees: trees.to_vec(), conflicts: Vec::new() });
    match base {
        _ if !forced.is_empty() && ours.len() == theirs.len() => {}
        _ if ours == theirs => return as_it_is(ours),
        Some(base) if base == theirs => return as_it_is(ours),
        Some(base) if base == ours => return as_it_is(theirs),
        Some(base) if base.len() != ours.len() => return None,
        _ if ours.len() != theirs.len() => return None,
        _ => {}
    }
    let above = |place: &Conflict| {
        let (document, path) = (place.document, place.path.clone());
        (0..=path.len()).map(move |steps| Conflict { document, path: path[..steps].to_vec() })
    };
    let mut walk = Walk {
        prefer,
        at: Conflict { document: 0, path: Vec::new() },
        forced: forced.iter().cloned().collect(),
        above: forced.iter().flat_map(above).collect(),
        conflicts: Vec::new(),
    };
    let mut trees = Vec::with_capacity(ours.len());
    for (document, (ours, theirs)) in ours.iter().zip(theirs).enumerate() {
        walk.at.document = document;
        let base = base.and_then(|base| base.get(document));
        trees.extend(walk.node(base, Some(ours), Some(theirs)));
    }
    Some(Model { trees, conflicts: walk.conflicts })
}

struct Walk {
    prefer: Side,
    at: Conflict,
    forced: HashSet<Conflict>,
    /// The forced conflicts and every place above them.
    above: HashSet<Conflict>,
    conflicts: Vec<Conflict>,
}

impl Walk {
    /// Recurses as deep as the trees are nested, which the scan bounds.
    fn node(&mut self, base: Option<&Node>, ours: Option<&Node>, theirs: Option<&Node>) -> Option<Node> {
        let forces = !self.above.is_empty() && self.above.contains(&self.at);
        match forces {
            false if ours == theirs || base == theirs => return ours.cloned(),
            false if base == ours => return theirs.cloned(),
            _ => {}
        }
        let merged = match (base, ours, theirs) {
            _ if forces && self.forced.contains(&self.at) => None,
            (None, Some(ours @ Node::Map(_)), Some(theirs @ Node::Map(_))) => {
                self.map(&Node::Map(Vec::new()), ours, theirs)
            }
            (Some(base @ Node::Map(_)), Some(ours @ Node::Map(_)), Some(theirs @ Node::Map(_))) => {
                self.map(base, ours, theirs)
            }
            (Some(base @ Node::List(_)), Some(ours @ Node::List(_)), Some(theirs @ Node::List(_)))
                if !forces =>
            {
                Some(self.list(base, ours, theirs))
            }
            _ => None,
        };
        merged.or_else(|| {
            self.conflict();
            self.preferred(ours, theirs).cloned()
        })
    }

    /// `None` if a map has a key twice: it can only be taken as a whole.
    fn map(&mut self, base: &Node, ours: &Node, theirs: &Node) -> Option<Node> {
        let mut items = Vec::new();
        for (key, [base, ours, theirs]) in by_key([base, ours, theirs])? {
            self.at.path.push(Step::Key(key.to_owned()));
            let node = self.node(base, ours, theirs);
            self.at.path.pop();
            items.extend(node.map(|node| Item::Entry { key: key.to_owned(), node }));
        }
        Some(Node::Map(items))
    }

    /// Regions of elements: those that one side changed are taken from it; those that both changed, and that kept their
    /// number, are merged element by element. Anything else is a conflict of the list, which then has no others in it.
    fn list(&mut self, base: &Node, ours: &Node, theirs: &Node) -> Node {
        let before = self.conflicts.len();
        let (base, ours, theirs) = (elements(base), elements(ours), elements(theirs));
        let to = |side: &[plain::Element<'_>]| sequence::hunks(base.iter().copied(), side.iter().copied());
        let regions = sequence::regions(base.len(), &to(&ours), &to(&theirs), Touching::Beside);
        let mut out: Vec<Node> = Vec::new();
        let mut clash = false;
        for region in regions {
            let (base, ours, theirs) = (&base[region.base], &ours[region.ours], &theirs[region.theirs]);
            let taken = match region.who {
                Who::Nobody | Who::Ours => ours,
                Who::Theirs => theirs,
                Who::Both if ours == theirs => ours,
                Who::Both if base.len() == ours.len() && base.len() == theirs.len() => {
                    for ((base, ours), theirs) in base.iter().zip(ours).zip(theirs) {
                        self.at.path.push(Step::Index(out.len()));
                        out.extend(self.node(Some(base.0), Some(ours.0), Some(theirs.0)));
                        self.at.path.pop();
                    }
                    continue;
                }
                Who::Both => {
                    clash = true;
                    self.preferred(ours, theirs)
                }
            };
            out.extend(taken.iter().map(|element| element.0.clone()));
        }
        if clash {
            self.conflicts.truncate(before);
            self.conflict();
        }
        Node::List(out.into_iter().map(|node| Item::Entry { key: String::new(), node }).collect())
    }

    fn preferred<T>(&self, ours: T, theirs: T) -> T {
        match self.prefer {
            Side::Ours => ours,
            Side::Theirs => theirs,
        }
    }

    fn conflict(&mut self) {
        self.conflicts.push(self.at.clone());
    }
}
