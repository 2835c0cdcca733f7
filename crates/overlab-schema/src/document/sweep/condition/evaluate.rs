//! What a condition comes to at a point.

use super::{Function, Node, Order, Quantity, Sign, inside};
use serde_json::Value;

/// Two amounts that differ by less than this share of the larger count as equal: sums of decimals are rarely exact.
const NEAR: f64 = 1e-9;

/// What `node` comes to where each axis has the value that `value` says.
pub(super) fn evaluate<'a>(node: &Node, value: &dyn Fn(usize) -> &'a Value) -> Result<Quantity, String> {
    match node {
        Node::Constant(quantity) => Ok(quantity.clone()),
        Node::Swept { axis, inside: path, name } => {
            let value = value(*axis);
            let value = inside(value, path).ok_or_else(|| format!("{name}: there is none in {value}"))?;
            Quantity::of(value).map_err(|problem| format!("{name} {problem}"))
        }
        Node::Not(of) => Ok(Quantity::Truth(!truth(of, value)?)),
        Node::And(left, right) => Ok(Quantity::Truth(truth(left, value)? && truth(right, value)?)),
        Node::Or(left, right) => Ok(Quantity::Truth(truth(left, value)? || truth(right, value)?)),
        Node::Comparison(order, left, right) => {
            compare(*order, &evaluate(left, value)?, &evaluate(right, value)?).map(Quantity::Truth)
        }
        Node::Sum(sign, left, right) => {
            let (left, right) = (evaluate(left, value)?, evaluate(right, value)?);
            match (&left, &right) {
                (Quantity::Amount(a, in_a), Quantity::Amount(b, in_b)) if in_a == in_b => {
                    Ok(Quantity::Amount(if *sign == Sign::Plain { a + b } else { a - b }, *in_a))
                }
                _ => Err(format!("adds {} and {}", left.kind(), right.kind())),
            }
        }
        Node::Product(sign, left, right) => product(*sign, &evaluate(left, value)?, &evaluate(right, value)?),
        Node::Function(function, of) => {
            let of: Vec<Quantity> = of.iter().map(|node| evaluate(node, value)).collect::<Result<_, _>>()?;
            apply(*function, &of)
        }
    }
}

fn truth<'a>(node: &Node, value: &dyn Fn(usize) -> &'a Value) -> Result<bool, String> {
    match evaluate(node, value)? {
        Quantity::Truth(truth) => Ok(truth),
        other => {
            Err(format!("{other} is {}, but \"and\", \"or\" and \"not\" are of conditions", other.kind()))
        }
    }
}

fn compare(order: Order, left: &Quantity, right: &Quantity) -> Result<bool, String> {
    let difference = match (left, right) {
        (Quantity::Amount(a, in_a), Quantity::Amount(b, in_b)) if in_a == in_b => {
            if (a - b).abs() <= NEAR * a.abs().max(b.abs()) { 0.0 } else { a - b }
        }
        (Quantity::Text(_), Quantity::Text(_)) | (Quantity::Truth(_), Quantity::Truth(_)) => {
            return match order {
                Order::Equal => Ok(left == right),
                Order::Different => Ok(left != right),
                _ => Err(format!(
                    "compares {} with {} by order: texts are equal or not",
                    left.kind(),
                    right.kind()
                )),
            };
        }
        _ => return Err(format!("compares {} with {}: {left}, {right}", left.kind(), right.kind())),
    };
    Ok(match order {
        Order::Less => difference < 0.0,
        Order::AtMost => difference <= 0.0,
        Order::More => difference > 0.0,
        Order::AtLeast => difference >= 0.0,
        Order::Equal => difference == 0.0,
        Order::Different => difference != 0.0,
    })
}

fn product(sign: Sign, left: &Quantity, right: &Quantity) -> Result<Quantity, String> {
    match (left, right) {
        (Quantity::Amount(a, in_a), Quantity::Amount(b, in_b)) => match sign {
            Sign::Plain => Ok(Quantity::Amount(a * b, (in_a.0 + in_b.0, in_a.1 + in_b.1))),
            Sign::Inverse if *b == 0.0 => Err("divides by zero".to_owned()),
            Sign::Inverse => Ok(Quantity::Amount(a / b, (in_a.0 - in_b.0, in_a.1 - in_b.1))),
        },
        _ => {
            let does = if sign == Sign::Plain { "multiplies" } else { "divides" };
            Err(format!("{does} {} and {}", left.kind(), right.kind()))
        }
    }
}

fn apply(function: Function, of: &[Quantity]) -> Result<Quantity, String> {
    let first = &of[0];
    if function == Function::Log2 {
        return match first {
            Quantity::Amount(amount, (0, 0)) if *amount > 0.0 => {
                Ok(Quantity::Amount(libm::log2(*amount), (0, 0)))
            }
            other => Err(format!("log2 is of numbers above zero, not of {other}")),
        };
    }
    let wanted = if function == Function::Min { Order::Less } else { Order::More };
    let mut best = first;
    for quantity in of {
        if compare(wanted, quantity, best)? {
            best = quantity;
        }
    }
    Ok(best.clone())
}
