//! A gzip bomb: a small document that unpacks to a large one.

/// Compresses `padding` spaces followed by `text`, about 160 spaces per byte.
///
/// One deflate block of fixed Huffman codes (RFC 1951 section 3.2.6) in a gzip member (RFC 1952).
pub(super) fn bomb(padding: usize, text: &[u8]) -> Vec<u8> {
    let mut bits = Bits::default();
    bits.push(0b110, 3); // The last block; fixed codes.
    if let Some(repeats) = padding.checked_sub(1) {
        bits.literal(b' ');
        for _ in 0..repeats / 258 {
            bits.push(0b1100_0101, 8); // Copy 258 bytes ...
            bits.push(0b0_0000, 5); // ... from one byte back.
        }
        for _ in 0..repeats % 258 {
            bits.literal(b' ');
        }
    }
    for byte in text {
        bits.literal(*byte);
    }
    bits.push(0, 7); // The end of the block.

    let unpacked = std::iter::repeat_n(&b' ', padding).chain(text);
    let mut member = vec![0x1f, 0x8b, 8, 0, 0, 0, 0, 0, 0, 255];
    member.extend(bits.bytes);
    member.extend(crc32(unpacked).to_le_bytes());
    let size = u32::try_from(padding + text.len()).expect("a bomb unpacks to less than 4 GiB");
    member.extend(size.to_le_bytes());
    member
}

/// Bits in deflate's order: each byte is filled from its low end.
#[derive(Default)]
struct Bits {
    bytes: Vec<u8>,
    used: u32,
}

impl Bits {
    /// Appends a code of `length` bits, its highest bit first.
    fn push(&mut self, code: u16, length: u32) {
        for place in (0..length).rev() {
            if self.used.is_multiple_of(8) {
                self.bytes.push(0);
            }
            let bit = u8::from(code >> place & 1 == 1);
            if let Some(last) = self.bytes.last_mut() {
                *last |= bit << (self.used % 8);
            }
            self.used += 1;
        }
    }

    fn literal(&mut self, byte: u8) {
        match byte {
            0..=143 => self.push(0b0011_0000 + u16::from(byte), 8),
            144..=255 => self.push(0b1_1001_0000 + u16::from(byte - 144), 9),
        }
    }
}

fn crc32<'a>(bytes: impl Iterator<Item = &'a u8>) -> u32 {
    let mut crc = u32::MAX;
    for byte in bytes {
        crc ^= u32::from(*byte);
        for _ in 0..8 {
            crc = if crc & 1 == 1 { crc >> 1 ^ 0xedb8_8320 } else { crc >> 1 };
        }
    }
    !crc
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_checksum_is_that_of_gzip() {
        // The check value of CRC-32/ISO-HDLC in CRC catalogues.
        assert_eq!(crc32(b"123456789".iter()), 0xcbf4_3926);
    }

    #[test]
    fn a_bomb_is_valid_gzip() {
        // Python's gzip module decompresses this to 260 spaces and the three bytes.
        let expected =
            b"\x1f\x8b\x08\x00\x00\x00\x00\x00\x00\xffS\x18\x05\n\xd5\xb5/\x01\x0e!\x1d\x10\x07\x01\x00\x00";
        assert_eq!(bomb(260, b"{}\xE9"), expected);
    }

    #[test]
    fn padding_packs_a_hundredfold() {
        assert!(bomb(1 << 20, b"{}").len() < (1 << 20) / 100);
    }
}
