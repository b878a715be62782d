"""Lets papermill give parameters to TypeScript notebooks: it knows Python, R, Julia and others, but not tslab's TypeScript.

Set-up puts this module into the project's Python environment with an entry point of the group `papermill.engine`, which papermill loads
whenever it is imported; so `papermill notebooks/04-ddl-queue.ipynb out.ipynb -p seed 2` works as for any other language.
"""

import json
import math
import re

from papermill.engines import NBClientEngine
from papermill.models import Parameter
from papermill.translators import Translator, papermill_translators

PARAMETER = re.compile(r"\blet\s+([A-Za-z_$][\w$]*)\s*(?::\s*([^=;]+?))?\s*=\s*([^;\n]+);?(?:[^\S\n]*//[^\S\n]*([^\n]*))?")


class TypeScriptTranslator(Translator):
    """Values as TypeScript. A parameter is assigned and not declared anew, so that it keeps the type that the notebook gave it."""

    @classmethod
    def translate_none(cls, val):
        return "undefined"

    @classmethod
    def translate_str(cls, val):
        return json.dumps(val)  # ASCII, with JavaScript's own escapes

    @classmethod
    def translate_float(cls, val):
        if math.isnan(val):
            return "NaN"
        return cls.translate_raw_str(val) if math.isfinite(val) else ("Infinity" if val > 0 else "-Infinity")

    @classmethod
    def translate_dict(cls, val):
        return "{ " + ", ".join(f"{json.dumps(str(k))}: {cls.translate(v)}" for k, v in val.items()) + " }"

    @classmethod
    def translate_list(cls, val):
        return "[" + ", ".join(cls.translate(v) for v in val) + "]"

    @classmethod
    def comment(cls, cmt_str):
        return f"// {cmt_str}"

    @classmethod
    def assign(cls, name, str_val):
        return f"{name} = {str_val};"

    @classmethod
    def inspect(cls, parameters_cell):
        return [
            Parameter(name=name, inferred_type_name=kind or "None", default=value.strip(), help=note)
            for name, kind, value, note in PARAMETER.findall(parameters_cell["source"])
        ]


for name in ("tslab", "typescript"):
    papermill_translators.register(name, TypeScriptTranslator)


class Engine(NBClientEngine):
    """papermill's own engine; it is here because papermill loads engines, and with them this module."""
