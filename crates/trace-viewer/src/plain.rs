//! Foreign text where it could do harm: on a terminal, in other programs' files.

use std::fmt::Write as _;

/// Text in one line with nothing in it that moves the cursor, hides or reorders: such characters are spelled.
pub fn harmless(text: &str) -> String {
    let mut line = String::with_capacity(text.len());
    for character in text.chars() {
        if is_harmful(character) {
            let _ = write!(line, "{}", character.escape_unicode());
        } else {
            line.push(character);
        }
    }
    line
}

fn is_harmful(character: char) -> bool {
    character.is_control()
        || matches!(
            u32::from(character),
            0xAD | 0x34F | 0x61C | 0x115F | 0x1160 | 0x180E
                | 0x200B..=0x200F | 0x2028..=0x202E | 0x2060..=0x206F
                | 0x3164 | 0xFEFF | 0xFFA0 | 0xFFF9..=0xFFFB | 0xE0000..=0xE007F
        )
}
