//! Where each vertex stands across: near its neighbours, in its rank's order, and clear of the others.

use super::layers::Layers;

/// Rounds of moving ranks towards each other.
const ROUNDS: usize = 8;

/// The middle of each vertex across. Vertices that stand on no rank are at 0.
pub(super) fn place(layers: &Layers) -> Vec<i32> {
    let mut middles = vec![0.0; layers.room.len()];
    for rank in &layers.ranks {
        pack(layers, rank, &mut middles);
    }
    let count = layers.ranks.len();
    for round in 0..ROUNDS {
        for step in 0..count {
            let rank = &layers.ranks[if round % 2 == 0 { step } else { count - 1 - step }];
            let side = match round {
                _ if round + 2 >= ROUNDS => Side::Both,
                _ if round % 2 == 0 => Side::Above,
                _ => Side::Below,
            };
            move_rank(layers, rank, side, &mut middles);
        }
    }
    middles.iter().map(|&middle| whole(middle)).collect()
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Side {
    Above,
    Below,
    Both,
}

/// A rank side by side, its middle at 0.
fn pack(layers: &Layers, rank: &[u32], middles: &mut [f64]) {
    let width: i32 = rank.iter().map(|&vertex| layers.room[vertex as usize]).sum();
    let mut x = -width / 2;
    for &vertex in rank {
        let room = layers.room[vertex as usize];
        middles[vertex as usize] = f64::from(x + room / 2);
        x += room;
    }
}

/// Vertices of a rank that touch each other and move as one.
struct Run {
    /// Where the first would stand, as a weighted mean over all.
    at: f64,
    weight: f64,
    count: usize,
}

/// Puts each vertex as near to its neighbours as the order and the room allow: least squares, by joining runs.
fn move_rank(layers: &Layers, rank: &[u32], side: Side, middles: &mut [f64]) {
    let mut offset = 0;
    let mut offsets = Vec::with_capacity(rank.len());
    let mut runs: Vec<Run> = Vec::with_capacity(rank.len());
    for (place, &vertex) in rank.iter().enumerate() {
        if place > 0 {
            offset += i32::midpoint(layers.room[rank[place - 1] as usize], layers.room[vertex as usize]);
        }
        offsets.push(offset);
        let (wish, weight) = wish(layers, vertex, side, middles);
        let mut run = Run { at: wish - f64::from(offset), weight, count: 1 };
        while let Some(last) = runs.pop_if(|last| last.at > run.at) {
            let weight = last.weight + run.weight;
            let at = (last.at * last.weight + run.at * run.weight) / weight;
            run = Run { at, weight, count: last.count + run.count };
        }
        runs.push(run);
    }
    let mut members = rank.iter().zip(offsets);
    for run in runs {
        let at = run.at.round();
        for (&vertex, offset) in members.by_ref().take(run.count) {
            middles[vertex as usize] = at + f64::from(offset);
        }
    }
}

/// Where a vertex wants to stand, and how much.
fn wish(layers: &Layers, vertex: u32, side: Side, middles: &[f64]) -> (f64, f64) {
    let (mut sum, mut weight) = (0.0, 0.0);
    let sides = [(Side::Above, &layers.above), (Side::Below, &layers.below)];
    for (_, neighbours) in sides.into_iter().filter(|(which, _)| side == Side::Both || side == *which) {
        for &neighbour in &neighbours[vertex as usize] {
            let pull = pull(layers, vertex, neighbour);
            sum += middles[neighbour as usize] * pull;
            weight += pull;
        }
    }
    if weight > 0.0 { (sum / weight, weight) } else { (middles[vertex as usize], 0.1) }
}

/// Long edges pull more, so that they run straight.
fn pull(layers: &Layers, one: u32, other: u32) -> f64 {
    match [one, other].iter().filter(|&&vertex| vertex as usize >= layers.boxes).count() {
        0 => 1.0,
        1 => 2.0,
        _ => 6.0,
    }
}

#[expect(
    clippy::cast_possible_truncation,
    reason = "the cast saturates; sums of box widths are far from that"
)]
fn whole(value: f64) -> i32 {
    value.round() as i32
}
