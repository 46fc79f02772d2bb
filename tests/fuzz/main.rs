//! No bytes of a stranger make poolpass panic or mean two things.

#[cfg(test)]
mod attempts;
#[cfg(test)]
#[expect(unreachable_pub, reason = "the targets in `fuzz/` include the file as well")]
mod entry;
#[cfg(test)]
#[expect(unreachable_pub, reason = "the targets in `fuzz/` include the file as well")]
mod matching;
#[cfg(test)]
#[expect(unreachable_pub, reason = "the targets in `fuzz/` include the file as well")]
mod people;
#[cfg(test)]
#[expect(unreachable_pub, reason = "the targets in `fuzz/` include the file as well")]
mod presented;
#[cfg(test)]
#[expect(unreachable_pub, reason = "the targets in `fuzz/` include the file as well")]
mod served;
#[cfg(test)]
#[expect(unreachable_pub, reason = "the targets in `fuzz/` include the file as well")]
mod triggers;
#[cfg(test)]
#[expect(unreachable_pub, reason = "the targets in `fuzz/` include the file as well")]
mod verification;
