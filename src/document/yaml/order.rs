//! The order of sops' tree, where it isn't the order of the text.

use super::comments::Move;

/// The numbers of `count` slots in tree order; `None` if nothing moves.
pub(super) fn order(count: usize, moves: &[Move]) -> Option<Vec<u32>> {
    if moves.is_empty() {
        return None;
    }
    // Each slot sorts by the slot it keeps to: before it, itself, or behind it.
    let mut places: Vec<(u32, u8)> = (0..count as u32).map(|slot| (slot, 1)).collect();
    for change in moves {
        let (comment, place) = match *change {
            Move::Before { comment, slot } => (comment, (slot, 0)),
            Move::After { comment, slot } => (comment, (slot, 2)),
        };
        if let Some(entry) = places.get_mut(comment as usize) {
            *entry = place;
        }
    }
    let mut order: Vec<u32> = (0..count as u32).collect();
    order.sort_by_key(|&slot| places[slot as usize]);
    Some(order)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_moved_comment_stands_before_or_behind_its_slot() {
        let moves = [Move::Before { comment: 1, slot: 0 }, Move::After { comment: 2, slot: 3 }];
        assert_eq!(order(5, &moves), Some(vec![1, 0, 3, 2, 4]));
        assert_eq!(order(5, &[]), None);
    }
}
