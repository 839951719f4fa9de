//! The order of records.

use std::collections::BinaryHeap;

/// Sorts ids, and returns each with its former position. It is a heap sort for all collections,
/// because each other sort of the standard library would add kilobytes to the wasm module.
pub(crate) fn order(ids: impl IntoIterator<Item = u128>) -> Vec<(u128, usize)> {
    ids.into_iter().zip(0..).collect::<BinaryHeap<_>>().into_sorted_vec()
}
