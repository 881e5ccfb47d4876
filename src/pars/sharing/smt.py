"""Cedar policies as SMT-LIB 2 over one symbolic request, in Booleans and integers alone.

What is translated is Cedar's own syntax tree, so that what is proved is what decides. Of every expression is asked when
it is true and when it is false; when neither, it errs, and a policy that errs is skipped, as Cedar skips it (T9). Words
are numbered, and 0 is any word that no policy speaks of; a set is a Boolean for each word, and one for “a word that no
policy speaks of”. The number of a word is written in bits and not as an integer: that one word excludes another is then
plain to a solver without arithmetic.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Final, TypeAlias

from cedarpy import policies_to_pst, pst

from pars.record.roles import Owner
from pars.sharing.plan import consent_name
from pars.sharing.policy import SHOWS

STRINGS: Final = ("unit", "purpose", "case_kind", "after")
SETS: Final = ("search", "fields", "status", "charge_class", "district", "tells")
LONGS: Final = ("delay_hours", "today")
RECORDS: Final[Mapping[str, tuple[str, ...]]] = {
    "consents": tuple(consent_name(owner) for owner in Owner),
    "shows": SHOWS,
}
BOOLS: Final = (
    "stopped",
    "judicial_warrant",
    "co_signed",
    *(f"{record}.{name}" for record, names in RECORDS.items() for name in names),
)
ENTITIES: Final = ("principal", "action", "resource")
ATTRIBUTES: Final = (*STRINGS, *SETS, *LONGS, *BOOLS, *RECORDS)
"""Every attribute of a request's context by its path."""
NEVER, ALWAYS = "false", "true"

Formula: TypeAlias = str
"""A Boolean or integer expression of SMT-LIB."""


class NotTranslatable(Exception):
    """A policy uses something that the translation does not know; nothing is proved of it."""


def both(parts: Iterable[Formula]) -> Formula:
    """Conjunction, simplified where it is plain."""
    kept = [part for part in parts if part != ALWAYS]
    if NEVER in kept:
        return NEVER
    return ALWAYS if not kept else kept[0] if len(kept) == 1 else f"(and {' '.join(kept)})"


def either(parts: Iterable[Formula]) -> Formula:
    """Disjunction, simplified where it is plain."""
    kept = [part for part in parts if part != NEVER]
    if ALWAYS in kept:
        return ALWAYS
    return NEVER if not kept else kept[0] if len(kept) == 1 else f"(or {' '.join(kept)})"


def negated(part: Formula) -> Formula:
    """Negation, simplified where it is plain."""
    return {ALWAYS: NEVER, NEVER: ALWAYS}.get(part, f"(not {part})")


def has(path: str) -> Formula:
    """That an attribute is there."""
    return f"has.{path}"


@dataclass(slots=True)
class Numbering:
    """Words and their numbers from 1 on, in the order in which they were first met."""

    numbers: dict[str, int] = field(default_factory=dict)

    def of(self, word: str) -> int:
        """The number of a word."""
        return self.numbers.setdefault(word, len(self.numbers) + 1)


class Translation:
    """Policies over one symbolic request: what is declared, what each policy says, and when the request is allowed.

    `words` are further words that a question about the policies speaks of, by attribute.
    """

    def __init__(self, texts: Sequence[str], words: Mapping[str, Iterable[str]], *, mark: str = "") -> None:
        self.mark = mark
        policies = [policy for text in texts for policy in policies_to_pst(text).static_policies.values()]
        self.numbers = {name: Numbering() for name in (*ENTITIES, *STRINGS, *SETS)}
        for name, said in (*words.items(), *_literals(policies)):
            for word in said:
                self.numbers[name].of(word)
        self.definitions: list[str] = []
        self._effects: dict[str, list[str]] = {"permit": [], "forbid": []}
        for policy in policies:
            place = f"{mark}policy{len(self.definitions)}"
            self.definitions.append(f"(define-fun {place} () Bool {self._policy(policy)})")
            self._effects[policy.effect].append(place)

    @property
    def allowed(self) -> Formula:
        """That the request is allowed: some permit is satisfied and no forbid is."""
        return both([either(self._effects["permit"]), negated(either(self._effects["forbid"]))])

    def declarations(self) -> Iterator[str]:
        """The symbolic request."""
        for name in LONGS:
            yield f"(declare-const {name} Int)"
        for name in (*ENTITIES, *STRINGS):
            bits = [f"{name}.bit{place}" for place in range(self.bits(name))]
            yield from (f"(declare-const {bit} Bool)" for bit in bits)
            for number in self.numbers[name].numbers.values():
                chosen = [bit if number >> place & 1 else negated(bit) for place, bit in enumerate(bits)]
                yield f"(define-fun {name}.is{number} () Bool {both(chosen)})"
        for name in BOOLS:
            yield f"(declare-const {name} Bool)"
        for name in SETS:
            yield f"(declare-const {name}.others Bool)"
            for number in self.numbers[name].numbers.values():
                yield f"(declare-const {name}.{number} Bool)"
        for name in ATTRIBUTES:
            yield f"(declare-const {has(name)} Bool)"

    def holds(self, name: str, word: str) -> Formula:
        """That a set attribute holds a word."""
        return f"{name}.{self.numbers[name].of(word)}"

    def outside(self, name: str, words: Iterable[str]) -> Formula:
        """That a set attribute holds some word besides these."""
        kept = set(words)
        known = [f"{name}.{number}" for word, number in self.numbers[name].numbers.items() if word not in kept]
        return either([f"{name}.others", *known])

    def equals(self, name: str, word: str) -> Formula:
        """That an entity or a string attribute is a word."""
        return f"{name}.is{self.numbers[name].of(word)}"

    def bits(self, name: str) -> int:
        """Bits of the number of an attribute's word, once every word that is spoken of has its number."""
        return max(len(self.numbers[name].numbers).bit_length(), 1)

    def _policy(self, policy: pst.Template) -> Formula:
        parts = [
            self._scope(name, scope)
            for name, scope in zip(ENTITIES, (policy.principal, policy.action, policy.resource), strict=True)
        ]
        parts += [self._when(clause.expr, is_=isinstance(clause, pst.When)) for clause in policy.clauses]
        return both(parts)

    def _scope(self, name: str, scope: object) -> Formula:
        if isinstance(scope, pst.ScopeAny):
            return ALWAYS
        if isinstance(scope, pst.ScopeEq | pst.ActionEq) and isinstance(scope.entity, pst.EntityUid):
            return self.equals(name, scope.entity.id)
        raise NotTranslatable(f"a scope of the kind {type(scope).__name__}")

    def _when(self, node: pst.Expr, *, is_: bool) -> Formula:  # noqa: PLR0911 - one return for each kind of node
        """When a Boolean expression evaluates to that value, and so does not err."""
        match node:
            case pst.BoolLit(value=value):
                return ALWAYS if value == is_ else NEVER
            case pst.UnaryOp(op="not", arg=arg):
                return self._when(arg, is_=not is_)
            case pst.UnaryOp(op="is_empty", arg=arg):
                empty = negated(self.outside(_path(arg), ()))
                return self._value(self._there(_path(arg)), empty, is_=is_)
            case pst.BinaryOp(op="and" | "or" as op, left=left, right=right):
                goes_on = op == "and"  # the value of the left side that lets the right side decide
                decided = NEVER if goes_on == is_ else self._when(left, is_=not goes_on)
                return either([decided, both([self._when(left, is_=goes_on), self._when(right, is_=is_)])])
            case pst.BinaryOp(op=op, left=left, right=right):
                name, holds = self._compared(op, left, right)
                return self._value(self._there(name), holds, is_=is_)
            case pst.HasAttr(base=base, attrs=attrs):
                return self._value(*self._has(base, attrs), is_=is_)
            case pst.GetAttr():
                name = _path(node)
                return self._value(self._there(name), name, is_=is_)
            case _:
                raise NotTranslatable(f"an expression of the kind {type(node).__name__}")

    def _value(self, readable: Formula, value: Formula, *, is_: bool) -> Formula:
        return both([readable, value if is_ else negated(value)])

    def _has(self, base: pst.Expr, attrs: tuple[str, ...]) -> tuple[Formula, Formula]:
        """`has` asks for the last attribute and errs only when its base is missing; a chain errs nowhere."""
        above = "" if isinstance(base, pst.Var) else _path(base)
        paths = [".".join(part for part in (above, *attrs[: n + 1]) if part) for n in range(len(attrs))]
        unknown = [path for path in paths if path not in ATTRIBUTES]
        if unknown:
            raise NotTranslatable(f"an attribute {unknown[0]}")
        return self._there(above) if above else ALWAYS, both([has(path) for path in paths])

    def _there(self, path: str) -> Formula:
        """That an attribute can be read: it, and the record that holds it, are there."""
        record = path.partition(".")[0]
        return both([has(record), has(path)] if record != path else [has(path)])

    def _compared(self, op: str, left: pst.Expr, right: pst.Expr) -> tuple[str, Formula]:
        """A comparison of one attribute with literals, either way round: the attribute, and when it holds."""
        literal_first = isinstance(left, pst.Set | pst.StringLit | pst.LongLit | pst.BoolLit)
        attribute, literal = (right, left) if literal_first else (left, right)
        name = _path(attribute)
        if name in SETS:
            value = self._set(op, name, _words(literal), literal_first=literal_first)
        elif op == "contains" and literal_first:
            value = either([self.equals(name, word) for word in _words(literal)])
        else:
            value = self._scalar(op, name, literal, literal_first=literal_first)
        return name, value

    def _set(self, op: str, name: str, words: tuple[str, ...], *, literal_first: bool) -> Formula:
        every = both([self.holds(name, word) for word in words])
        match op:
            case "contains" if not literal_first:
                return every
            case "contains_any":
                return either([self.holds(name, word) for word in words])
            case "contains_all":
                return negated(self.outside(name, words)) if literal_first else every
            case "eq":
                return both([every, negated(self.outside(name, words))])
            case "not_eq":
                return negated(both([every, negated(self.outside(name, words))]))
            case _:
                raise NotTranslatable(f"{op} on a set")

    def _scalar(self, op: str, name: str, literal: pst.Expr, *, literal_first: bool) -> Formula:
        other: int | None = None
        match literal:
            case pst.StringLit(value=word) if op in {"eq", "not_eq"}:
                return self.equals(name, word) if op == "eq" else negated(self.equals(name, word))
            case pst.LongLit(value=number) if number >= 0:
                other = number
            case pst.BoolLit(value=value) if op in {"eq", "not_eq"}:
                return name if value == (op == "eq") else negated(name)
            case _:
                other = None
        if other is None:
            raise NotTranslatable(f"{op} with {type(literal).__name__}")
        sign = {"eq": "=", "not_eq": "distinct", "less": "<", "less_eq": "<=", "greater": ">", "greater_eq": ">="}
        if op not in sign:
            raise NotTranslatable(f"{op} on {name}")
        return f"({sign[op]} {other} {name})" if literal_first else f"({sign[op]} {name} {other})"


def _path(node: pst.Expr) -> str:
    """The path of a context attribute."""
    parts: list[str] = []
    while isinstance(node, pst.GetAttr):
        parts.append(node.attr)
        node = node.base
    path = ".".join(reversed(parts))
    if not isinstance(node, pst.Var) or node.name != "context" or path not in ATTRIBUTES:
        raise NotTranslatable(f"an expression that is no attribute of the schema: {path or type(node).__name__}")
    return path


def _words(node: pst.Expr) -> tuple[str, ...]:
    """The words of a literal: a set of strings, or one string."""
    elements = node.elements if isinstance(node, pst.Set) else (node,)
    if not all(isinstance(one, pst.StringLit) for one in elements):
        raise NotTranslatable("a literal that holds something else than words")
    return tuple(one.value for one in elements if isinstance(one, pst.StringLit))


def _literals(policies: Sequence[pst.Template]) -> Iterator[tuple[str, Iterable[str]]]:
    """The words that policies compare each attribute with, so that a set's other words are known to be others."""
    for policy in policies:
        for name, scope in zip(ENTITIES, (policy.principal, policy.action, policy.resource), strict=True):
            if isinstance(scope, pst.ScopeEq | pst.ActionEq) and isinstance(scope.entity, pst.EntityUid):
                yield name, [scope.entity.id]
        stack: list[pst.Expr] = [clause.expr for clause in policy.clauses]
        while stack:
            node = stack.pop()
            if isinstance(node, pst.UnaryOp):
                stack.append(node.arg)
            elif isinstance(node, pst.BinaryOp):
                stack += [node.left, node.right]
                pairs = ((node.left, node.right), (node.right, node.left))
                for one, other in pairs:
                    if isinstance(one, pst.GetAttr) and isinstance(other, pst.Set | pst.StringLit):
                        yield _path(one), _words(other)
