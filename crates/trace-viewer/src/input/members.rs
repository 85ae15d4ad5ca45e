//! Gzip data: one member after another.

use std::io::{self, BufRead, Read};

use flate2::bufread::GzDecoder;

/// Decompresses all members of a gzip stream.
#[derive(Debug)]
pub(super) struct Members<R> {
    member: Option<GzDecoder<R>>,
}

impl<R: BufRead> Members<R> {
    pub(super) fn new(packed: R) -> Self {
        Self { member: Some(GzDecoder::new(packed)) }
    }

    /// Goes to the next member, if there is one. Zeros after the last are padding.
    fn advance(&mut self) -> io::Result<()> {
        let Some(member) = self.member.take() else { return Ok(()) };
        let mut packed = member.into_inner();
        loop {
            let ahead = packed.fill_buf()?;
            match ahead.first() {
                None => return Ok(()),
                Some(0x1F) => break,
                Some(0) => {
                    let zeros = ahead.iter().take_while(|&&byte| byte == 0).count();
                    packed.consume(zeros);
                }
                Some(_) => {
                    return Err(io::Error::new(io::ErrorKind::InvalidData, "something else follows it"));
                }
            }
        }
        self.member = Some(GzDecoder::new(packed));
        Ok(())
    }
}

impl<R: BufRead> Read for Members<R> {
    fn read(&mut self, into: &mut [u8]) -> io::Result<usize> {
        while let Some(member) = &mut self.member {
            let bytes = member.read(into)?;
            if bytes > 0 || into.is_empty() {
                return Ok(bytes);
            }
            self.advance()?;
        }
        Ok(0)
    }
}
