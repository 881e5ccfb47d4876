"""Codes that papers say in words, in each language that they come in."""

from collections.abc import Mapping

from pars.record.bail import CONDITIONS, TYPE_WORDS, BailType
from pars.web.papers.sheet import HoldKind, Language

BAIL_WORDS: Mapping[Language, Mapping[BailType, str]] = {
    Language.ENGLISH: TYPE_WORDS,
    Language.SPANISH: {
        BailType.ROR: "Libertad bajo palabra",
        BailType.NONMONETARY: "Libertad con condiciones no monetarias",
        BailType.UNSECURED: "Libertad con fianza sin depósito",
        BailType.NOMINAL: "Libertad con fianza nominal",
        BailType.MONETARY: "Libertad con fianza monetaria",
        BailType.DENIED: "Fianza denegada",
    },
}


CONDITION_WORDS: Mapping[Language, Mapping[str, str]] = {
    Language.ENGLISH: CONDITIONS,
    Language.SPANISH: {
        "report": "Preséntese ante los servicios previos al juicio como se le indique",
        "travel": "No salga del condado sin permiso del tribunal",
        "no-contact": "No tenga contacto con las personas nombradas en la lista protegida",
        "stay-away": "No se acerque a los lugares nombrados en la lista protegida",
        "no-weapons": "Entregue las armas y no las tenga",
        "curfew": "Esté en casa desde las ____________ hasta las ____________ (horas escritas a mano)",
        "house-arrest": "Arresto domiciliario con vigilancia electrónica",
        "treatment": "Siga el tratamiento como se le indique",
        "testing": "Sométase a pruebas de drogas o alcohol como se le indique",
        "no-driving": "No conduzca",
    },
}


HOLD_WORDS: Mapping[Language, Mapping[HoldKind, str]] = {
    Language.ENGLISH: {
        HoldKind.BENCH_WARRANT: "Bench warrant",
        HoldKind.PROBATION_DETAINER: "Probation detainer",
        HoldKind.PAROLE_DETAINER: "Parole detainer",
        HoldKind.OTHER_COUNTY: "Case in another county",
        HoldKind.OTHER_STATE: "Case in another state",
        HoldKind.SENTENCE: "Sentence",
        HoldKind.PROTECTION_ORDER_CONTEMPT: "Contempt of a protection order",
    },
    Language.SPANISH: {
        HoldKind.BENCH_WARRANT: "Orden judicial de arresto",
        HoldKind.PROBATION_DETAINER: "Retención por libertad condicional (probation)",
        HoldKind.PAROLE_DETAINER: "Retención por libertad bajo palabra (parole)",
        HoldKind.OTHER_COUNTY: "Causa en otro condado",
        HoldKind.OTHER_STATE: "Causa en otro estado",
        HoldKind.SENTENCE: "Condena",
        HoldKind.PROTECTION_ORDER_CONTEMPT: "Desacato de una orden de protección",
    },
}
