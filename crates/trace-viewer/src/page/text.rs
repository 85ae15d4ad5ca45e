//! Text for people: numbers, durations, and foreign text with nothing hidden in it.

use std::fmt::Write as _;

/// Lower-case hexadecimal.
pub(super) fn hex(bytes: &[u8]) -> String {
    bytes.iter().fold(String::with_capacity(bytes.len() * 2), |mut text, byte| {
        let _ = write!(text, "{byte:02x}");
        text
    })
}

/// A count with its noun: `1 turn`, `61,234 turns`.
pub(crate) fn counted(count: u64, one: &str, many: &str) -> String {
    format!("{} {}", grouped(count.into()), if count == 1 { one } else { many })
}

/// An integer with thousands separated.
pub(crate) fn grouped(number: i128) -> String {
    let digits = number.unsigned_abs().to_string();
    let mut text = String::from(if number < 0 { "-" } else { "" });
    for (place, digit) in digits.char_indices() {
        if place > 0 && (digits.len() - place).is_multiple_of(3) {
            text.push(',');
        }
        text.push(digit);
    }
    text
}

/// A large number in three digits: `950`, `41.2k`, `3.14M`.
pub(super) fn compact(number: i128) -> String {
    let mut unit = "";
    let mut scale: i128 = 1;
    for (name, size) in [("k", 1_000), ("M", 1_000_000), ("G", 1_000_000_000), ("T", 1_000_000_000_000)] {
        // 999.5 is the first thousand that would round to four digits.
        if number.abs() * 2 >= size * 2 - size / 1_000 {
            (unit, scale) = (name, size);
        }
    }
    let decimals = match number.abs() / scale {
        _ if scale == 1 => 0,
        0..10 => 2,
        10..100 => 1,
        _ => 0,
    };
    #[expect(clippy::cast_precision_loss, reason = "three digits are shown")]
    let value = number as f64 / scale as f64;
    format!("{value:.decimals$}{unit}")
}

/// A duration in its two largest units: `820 µs`, `1.23 s`, `3 m 12 s`, `2 d 4 h`.
pub(super) fn duration(us: i64) -> String {
    let us = us.max(0);
    #[expect(clippy::cast_precision_loss, reason = "three digits are shown")]
    let float = us as f64;
    let seconds = us / 1_000_000;
    match us {
        0..1_000 => format!("{us} µs"),
        1_000..10_000 => format!("{:.1} ms", float / 1e3),
        10_000..1_000_000 => format!("{} ms", us / 1_000),
        1_000_000..60_000_000 => format!("{:.2} s", float / 1e6),
        60_000_000..3_600_000_000 => format!("{} m {} s", seconds / 60, seconds % 60),
        3_600_000_000..86_400_000_000 => format!("{} h {} m", seconds / 3600, seconds / 60 % 60),
        86_400_000_000..31_557_600_000_000 => {
            format!("{} d {} h", seconds / 86_400, seconds / 3600 % 24)
        }
        _ => format!("{} y", grouped((seconds / 31_557_600).into())),
    }
}

/// Text from a trace as one bounded line: what cannot be seen is spelled, what is too long is cut and says so.
pub(super) fn visible(text: &str, limit: usize) -> String {
    let mut line = String::with_capacity(text.len().min(limit));
    for (place, character) in text.chars().enumerate() {
        if place == limit {
            let _ = write!(line, "… ({} characters)", text.chars().count());
            break;
        }
        if is_hidden(character) {
            let _ = write!(line, "⟨U+{:04X}⟩", u32::from(character));
        } else {
            line.push(character);
        }
    }
    line
}

/// Characters that draw nothing or reorder their neighbours.
fn is_hidden(character: char) -> bool {
    character.is_control()
        || matches!(
            u32::from(character),
            0xAD | 0x34F | 0x61C | 0x115F | 0x1160 | 0x180E
                | 0x200B..=0x200C | 0x200E..=0x200F | 0x2028..=0x202E | 0x2060..=0x206F
                | 0x3164 | 0xFEFF | 0xFFA0 | 0xFFF9..=0xFFFB | 0xE0000..=0xE007F
        )
}
