//! The account of a reading.

use super::damage::Damage;
use super::header::TraceHeader;
use super::seq::SeqAudit;

/// What was read, and what was not.
#[derive(Debug, Clone, Default)]
pub struct ReadReport {
    pub(super) bytes: u64,
    entries: u64,
    damage: Vec<Damage>,
    damage_count: u64,
    seq: SeqAudit,
}

impl ReadReport {
    /// Bytes read so far.
    pub fn bytes(&self) -> u64 {
        self.bytes
    }

    /// Entries found so far.
    pub fn entries(&self) -> u64 {
        self.entries
    }

    /// The first findings, in order of their place; at most [`ReadLimits::max_damage`](super::ReadLimits::max_damage).
    pub fn damage(&self) -> &[Damage] {
        &self.damage
    }

    /// All findings, those not listed included.
    pub fn damage_count(&self) -> u64 {
        self.damage_count
    }

    /// What the writers' counters say about missing and repeated records.
    pub fn seq(&self) -> &SeqAudit {
        &self.seq
    }

    /// Whether nothing is damaged, and no numbered record is missing or left out of the audit.
    pub fn is_whole(&self) -> bool {
        self.damage_count == 0 && self.seq.missing() == 0 && self.seq.unaudited() == 0
    }

    pub(super) fn count_entry(&mut self, header: &TraceHeader<'_>) {
        self.entries += 1;
        if let (Some(writer), Some(seq)) = (&header.writer, header.seq) {
            self.seq.see(writer, seq);
        }
    }

    pub(super) fn add_damage(&mut self, damage: Damage, max_damage: usize) {
        self.damage_count += 1;
        if self.damage.len() < max_damage {
            self.damage.push(damage);
        }
    }
}
