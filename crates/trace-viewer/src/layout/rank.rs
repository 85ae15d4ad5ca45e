//! Which rank each box stands on.

use super::acyclic::Edge;
use super::index;

/// A rank for each box: below everything it follows, and near to what follows it.
pub(super) fn ranks(count: usize, edges: &[Edge]) -> Vec<u32> {
    let mut below = vec![Vec::new(); count];
    let mut above = vec![0_u32; count];
    for (upper, lower) in edges.iter().filter_map(|edge| edge.ends()) {
        below[upper as usize].push(lower);
        above[lower as usize] += 1;
    }
    let mut waiting = above.clone();
    let mut order: Vec<u32> = (0..index(count)).filter(|&node| above[node as usize] == 0).collect();
    let mut ranks = vec![0; count];
    let mut at = 0;
    while let Some(&node) = order.get(at) {
        at += 1;
        for &lower in &below[node as usize] {
            let rank: u32 = ranks[node as usize] + 1;
            ranks[lower as usize] = rank.max(ranks[lower as usize]);
            waiting[lower as usize] -= 1;
            if waiting[lower as usize] == 0 {
                order.push(lower);
            }
        }
    }
    // What leads to more than it follows stands as low as it may.
    for &node in order.iter().rev() {
        let lower = &below[node as usize];
        if lower.len() > above[node as usize] as usize {
            let lowest = lower.iter().map(|&lower| ranks[lower as usize]).min().unwrap_or(1);
            ranks[node as usize] = lowest - 1;
        }
    }
    ranks
}
