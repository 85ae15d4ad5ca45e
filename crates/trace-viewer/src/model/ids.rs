//! Strings as numbers.

use std::collections::HashMap;

use foldhash::fast::RandomState;

/// A map that is asked for every record: fast, and seeded, because its keys come from the input.
pub(super) type Map<K, V> = HashMap<K, V, RandomState>;

/// No string, no node, no record.
pub(crate) const NONE: u32 = u32::MAX;

/// Numbers for strings, in order of first sight; the strings can be had back.
#[derive(Debug, Default)]
pub(super) struct Names {
    numbers: Map<Box<str>, u32>,
    list: Vec<String>,
}

impl Names {
    pub(super) fn number(&mut self, text: &str) -> u32 {
        if let Some(&number) = self.numbers.get(text) {
            return number;
        }
        let number = index(self.list.len());
        self.numbers.insert(text.into(), number);
        self.list.push(text.to_owned());
        number
    }

    pub(super) fn knows(&self, text: &str) -> bool {
        self.numbers.contains_key(text)
    }

    pub(super) fn get(&self, number: u32) -> &str {
        self.list.get(number as usize).map_or("", String::as_str)
    }

    pub(super) fn len(&self) -> usize {
        self.list.len()
    }

    pub(super) fn into_list(self) -> Vec<String> {
        self.list
    }
}

/// Numbers for strings that are only compared.
#[derive(Debug, Default)]
pub(super) struct Ids(Map<Box<str>, u32>);

impl Ids {
    pub(super) fn number(&mut self, text: &str) -> u32 {
        if let Some(&number) = self.0.get(text) {
            return number;
        }
        let number = index(self.0.len());
        self.0.insert(text.into(), number);
        number
    }
}

/// A position as the index columns keep it; the input layer stops long before they overflow.
pub(crate) fn index(position: usize) -> u32 {
    u32::try_from(position).unwrap_or(NONE)
}
