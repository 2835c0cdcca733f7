//! From the text of a condition to what can be evaluated.

use super::words::{Word, words};
use super::{Function, Node, Order, Quantity, Sign};
use crate::document::Path;

/// What a path stands for.
type Resolve<'a> = dyn Fn(&Path) -> Result<Node, String> + 'a;

/// Deeper than anybody thinks, and far from what a thread's stack holds.
const DEEPEST: u32 = 64;

struct Reader<'a> {
    words: std::vec::IntoIter<(usize, Word)>,
    next: (usize, Word),
    depth: u32,
    resolve: &'a Resolve<'a>,
}

/// What went wrong, and in which column.
type Wrong = (usize, String);

/// Reads a condition; errors say where in it they are.
pub(super) fn read(text: &str, resolve: &Resolve<'_>) -> Result<Node, String> {
    let located = |(column, message): Wrong| format!("column {column} of the condition: {message}");
    let mut words = words(text).map_err(located)?.into_iter();
    let next = words.next().expect("there is always an end");
    let mut reader = Reader { words, next, depth: 0, resolve };
    let node = reader.condition().map_err(located)?;
    match reader.next {
        (_, Word::End) => Ok(node),
        (column, _) => Err(located((
            column,
            "the condition should end here: join conditions by \"and\" or \"or\"".to_owned(),
        ))),
    }
}

impl Reader<'_> {
    fn advance(&mut self) -> (usize, Word) {
        let end = (self.next.0, Word::End);
        std::mem::replace(&mut self.next, self.words.next().unwrap_or(end))
    }

    /// Takes the next word if it is one of these signs.
    fn sign(&mut self, signs: &[&str]) -> Option<&'static str> {
        match self.next.1 {
            Word::Sign(sign) if signs.contains(&sign) => {
                self.advance();
                Some(sign)
            }
            _ => None,
        }
    }

    fn expect(&mut self, sign: &str) -> Result<(), Wrong> {
        match self.sign(&[sign]) {
            Some(_) => Ok(()),
            None => Err((self.next.0, format!("there should be a {sign:?} here"))),
        }
    }

    fn condition(&mut self) -> Result<Node, Wrong> {
        let mut node = self.both()?;
        while self.sign(&["or"]).is_some() {
            node = Node::Or(Box::new(node), Box::new(self.both()?));
        }
        Ok(node)
    }

    fn both(&mut self) -> Result<Node, Wrong> {
        let mut node = self.negated()?;
        while self.sign(&["and"]).is_some() {
            node = Node::And(Box::new(node), Box::new(self.negated()?));
        }
        Ok(node)
    }

    fn negated(&mut self) -> Result<Node, Wrong> {
        self.deeper(|reader| match reader.sign(&["not"]) {
            Some(_) => Ok(Node::Not(Box::new(reader.negated()?))),
            None => reader.comparison(),
        })
    }

    fn comparison(&mut self) -> Result<Node, Wrong> {
        let left = self.sum()?;
        let Some(sign) = self.sign(&["<", "<=", ">", ">=", "==", "!="]) else { return Ok(left) };
        let order = match sign {
            "<" => Order::Less,
            "<=" => Order::AtMost,
            ">" => Order::More,
            ">=" => Order::AtLeast,
            "==" => Order::Equal,
            _ => Order::Different,
        };
        Ok(Node::Comparison(order, Box::new(left), Box::new(self.sum()?)))
    }

    fn sum(&mut self) -> Result<Node, Wrong> {
        let mut node = self.product()?;
        while let Some(sign) = self.sign(&["+", "-"]) {
            let sign = if sign == "+" { Sign::Plain } else { Sign::Inverse };
            node = Node::Sum(sign, Box::new(node), Box::new(self.product()?));
        }
        Ok(node)
    }

    fn product(&mut self) -> Result<Node, Wrong> {
        let mut node = self.factor()?;
        while let Some(sign) = self.sign(&["*", "/"]) {
            let sign = if sign == "*" { Sign::Plain } else { Sign::Inverse };
            node = Node::Product(sign, Box::new(node), Box::new(self.factor()?));
        }
        Ok(node)
    }

    fn factor(&mut self) -> Result<Node, Wrong> {
        let (column, word) = self.advance();
        match word {
            Word::Constant(quantity) => Ok(Node::Constant(quantity)),
            Word::Sign("-") => {
                let minus = Node::Constant(Quantity::Amount(-1.0, (0, 0)));
                let factor = self.deeper(Self::factor)?;
                Ok(Node::Product(Sign::Plain, Box::new(minus), Box::new(factor)))
            }
            Word::Sign("(") => {
                let inside = self.deeper(Self::condition)?;
                self.expect(")")?;
                Ok(inside)
            }
            Word::Name(name, path) => match self.sign(&["("]) {
                Some(_) => self.function(column, &name),
                None => (self.resolve)(&path).map_err(|message| (column, message)),
            },
            Word::Sign(_) | Word::End => Err((
                column,
                "there should be a value here: a path, a number, or a text in quotes".to_owned(),
            )),
        }
    }

    fn function(&mut self, column: usize, name: &str) -> Result<Node, Wrong> {
        let function = match name {
            "min" => Function::Min,
            "max" => Function::Max,
            "log2" => Function::Log2,
            _ => {
                return Err((
                    column,
                    crate::nearest::unknown_name("function", name, &["min", "max", "log2"]),
                ));
            }
        };
        let mut of = vec![self.deeper(Self::sum)?];
        while self.sign(&[","]).is_some() {
            of.push(self.deeper(Self::sum)?);
        }
        self.expect(")")?;
        match function {
            Function::Log2 if of.len() > 1 => Err((column, "log2 is of one value".to_owned())),
            _ => Ok(Node::Function(function, of)),
        }
    }

    /// Reads a part of a part.
    fn deeper(&mut self, read: impl FnOnce(&mut Self) -> Result<Node, Wrong>) -> Result<Node, Wrong> {
        self.depth += 1;
        if self.depth > DEEPEST {
            return Err((self.next.0, format!("nests more than {DEEPEST} deep")));
        }
        let node = read(self);
        self.depth -= 1;
        node
    }
}

#[cfg(test)]
mod tests {
    use super::super::Condition;
    use super::*;

    /// Whether a condition without paths holds.
    fn holds(text: &str) -> Result<bool, String> {
        let nothing = |path: &Path| Err(format!("no {path} here"));
        Condition { root: read(text, &nothing)? }.holds(&[], &[])
    }

    #[test]
    fn conditions_are_computed_in_their_units() {
        for text in [
            "1 < 2 and 2 <= 2 and not 2 < 2",
            "1 + 2 * 3 == 7 and (1 + 2) * 3 == 9 and 7 - 2 - 1 == 4 and 8 / 4 / 2 == 1",
            "-3 < -2 and 2 - -3 == 5",
            "1h == 60min and 1h30min > 89min and 2 * 30min == 1h",
            "10min * '1/min' == 10 and 60 / 1h == '1/min'",
            "1KiB == 1024B and 1MiB / 1s > 1MB / 1s",
            "log2(1024) == 10 and max(1, 3, 2) == 3 and min(1s, 20ms) == 20ms",
            "'policy' == \"policy\" and 'policy' != 'latency'",
            "true and (false or not false)",
            // Sums of decimals are what they should be to a billionth.
            "0.1 + 0.2 == 0.3 and 0.1 + 0.2 <= 0.3 and not 0.1 + 0.2 > 0.3",
            "1 < 2 or 1",
        ] {
            assert_eq!(holds(text), Ok(true), "{text}");
        }
        for text in ["2 < 1", "not true", "1 == 2 and 1", "'a' == 'b'"] {
            assert_eq!(holds(text), Ok(false), "{text}");
        }
    }

    #[test]
    fn what_makes_no_sense_is_told_with_its_column() {
        for (text, message) in [
            ("", "column 1 of the condition: there should be a value"),
            ("1 <", "column 4 of the condition: there should be a value"),
            ("1 =< 2", "column 3 of the condition: '=' means nothing here"),
            ("1 < 2 < 3", "column 7 of the condition: the condition should end here"),
            ("(1 < 2", "column 7 of the condition: there should be a \")\""),
            ("1 < 2 && 2 < 3", "column 7 of the condition: '&' means nothing here"),
            ("'a == 'b'", "column 9 of the condition: the text that begins here has no end"),
            ("peers.count < 3", "column 1 of the condition: no peers.count here"),
            ("3 < overlays[0", "column 5 of the condition: a bracket is open"),
            ("3 < 5parsecs", "column 5 of the condition: \"5parsecs\" is neither"),
            ("mix(1, 2) < 3", "column 1 of the condition: unknown function \"mix\"; did you mean \"min\"?"),
            ("log2(1, 2) < 3", "column 1 of the condition: log2 is of one value"),
            ("1 + 2", "comes to 3, but a condition is true or false"),
            ("1s < 2", "compares a duration with a number"),
            ("1s + 2 < 3s", "adds a duration and a number"),
            ("'word' < 'wort'", "compares a text with a text by order: texts are equal or not"),
            ("1 and true", "1 is a number, but \"and\", \"or\" and \"not\" are of conditions"),
            ("'a' * 2 < 3", "multiplies a text and a number"),
            ("log2(2s) < 3", "log2 is of numbers above zero, not of 2s"),
            ("1 / 0 < 2", "divides by zero"),
        ] {
            let error = holds(text).unwrap_err();
            assert!(error.contains(message), "{text}: {error}");
        }
        assert!(holds(&format!("{}true{}", "(".repeat(100_000), ")".repeat(100_000))).is_err());
        assert!(holds(&format!("{}true", "not ".repeat(100_000))).is_err());
        assert!(holds(&format!("{}1 < 2", "-".repeat(100_000))).is_err());
    }
}
