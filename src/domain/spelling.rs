//! How near a name is to another one that may be meant.

/// How many slips lie between two names: characters that are wrong, missing, doubled or swapped with a neighbour. Nothing
/// if they are more than one for every three characters.
pub fn slips(one: &str, other: &str) -> Option<usize> {
    let (one, other): (Vec<char>, Vec<char>) = (one.chars().collect(), other.chars().collect());
    let most = one.len().min(other.len()) / 3;
    if one.len().abs_diff(other.len()) > most {
        return None;
    }
    Some(distance(&one, &other)).filter(|slips| *slips <= most)
}

/// The optimal string alignment of two texts, row by row.
fn distance(one: &[char], other: &[char]) -> usize {
    let mut before: Vec<usize> = Vec::new();
    let mut above: Vec<usize> = (0..=other.len()).collect();
    let mut last = None;
    for (row, here) in one.iter().enumerate() {
        let mut current = vec![row + 1];
        for (column, there) in other.iter().enumerate() {
            let at = |row: &[usize], column: usize| row.get(column).copied().unwrap_or(usize::MAX - 1);
            let replaced = at(&above, column) + usize::from(here != there);
            let mut fewest = replaced.min(at(&above, column + 1) + 1).min(at(&current, column) + 1);
            let swapped = column > 0 && last == Some(there) && other.get(column - 1) == Some(here);
            if swapped {
                fewest = fewest.min(at(&before, column - 1) + 1);
            }
            current.push(fewest);
        }
        before = std::mem::replace(&mut above, current);
        last = Some(here);
    }
    above.last().copied().unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_slip_is_a_letter_or_two_swapped() {
        for (one, other, expected) in [
            ("raed", "read", Some(1)),
            ("reed", "read", Some(1)),
            ("rea", "read", Some(1)),
            ("reads", "read", Some(1)),
            ("ordres", "orders", Some(1)),
            ("odrres", "orders", Some(2)),
            ("read", "read", Some(0)),
            ("read", "write", None),
            ("a", "b", None),
            ("", "", Some(0)),
            ("read", "readable", None),
        ] {
            assert_eq!((slips(one, other), slips(other, one)), (expected, expected), "{one} {other}");
        }
    }
}
