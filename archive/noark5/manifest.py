"""arkivuttrekk.xml: what the package holds, in ADDML after the template for Noark 5.

Readers find some parts by their position, so the order of the template is kept.
"""

from dataclasses import dataclass

from django.conf import settings

from archive.noark5.markup import XmlFile, branch, leaf

NAMESPACE = "http://www.arkivverket.no/standarder/addml"
NAME = "Noark 5-arkivuttrekk"
VERSION = "5.0"  # of the schemas; 5.5.0 changed only the text of the standard
CATALOGUE = "metadatakatalog.xsd"


@dataclass(frozen=True)
class Part:
    """One XML file of the package: how often which elements occur in it."""

    name: str
    sha256: str
    occurrences: dict[str, int]

    @property
    def schema(self):
        return f"{self.name}.xsd"


def write_manifest(path, contents, parts, schemas, documents):
    """`schemas` is file name → SHA-256."""
    with XmlFile(path, "addml", NAMESPACE, "addml.xsd", f' name="{NAME}"') as file:
        file.write(
            branch(
                "dataset",
                leaf("description", NAME),
                branch("reference", _context(contents), _period(contents)),
                branch(
                    "dataObjects",
                    branch(
                        f'dataObject name="{NAME}"',
                        _info(contents, documents),
                        branch(
                            "dataObjects",
                            *(
                                _part(part, schemas, is_first=number == 0)
                                for number, part in enumerate(parts)
                            ),
                        ),
                    ),
                ),
            )
        )


def _context(contents):
    creator = _additional("recordCreator", contents.authority.name)
    return branch(
        "context",
        branch(
            "additionalElements",
            branch(
                'additionalElement name="recordCreators"', branch("additionalElements", creator)
            ),
            _additional("systemType", "Sakarkiv (Noark-5)"),
            _additional("systemName", settings.SITE_NAME),
            _additional("archive", contents.fonds.title),
        ),
    )


def _additional(name, value):
    return branch(f'additionalElement name="{name}"', leaf("value", value))


def _period(contents):
    return branch(
        "content",
        branch(
            "additionalElements",
            branch(
                'additionalElement name="archivalPeriod"',
                branch(
                    "properties",
                    _property("startDate", contents.start),
                    _property("endDate", contents.end),
                ),
            ),
        ),
    )


def _info(contents, documents):
    split = "skarpt" if contents.is_sharp else "mykt"
    periods = (_property("inngaaendeSkille", split), _property("utgaaendeSkille", split))
    return branch(
        "properties",
        _property(
            "info",
            None,
            _property("type", "Noark 5", _property("version", VERSION)),
            _property(
                "additionalInfo",
                None,
                _property("periode", None, *periods),
                _flag("inneholderSkjermetInformasjon", contents.is_screened),
                _flag("omfatterDokumenterSomErKassert", contents.has_disposed),
                _flag("inneholderDokumenterSomSkalKasseres", contents.has_to_dispose),
                _flag("inneholderVirksomhetsspesifikkeMetadata", False),
                _number("antallDokumentfiler", documents),
            ),
        ),
    )


def _part(part, schemas, *, is_first):
    return branch(
        f'dataObject name="{part.name}"',
        branch(
            "properties",
            _file(f"{part.name}.xml", part.sha256),
            _schema(part.schema, schemas[part.schema], is_main=True),
            _schema(CATALOGUE, schemas[CATALOGUE] if is_first else None),
            _property(
                "info",
                None,
                *(
                    _property(
                        "numberOfOccurrences",
                        element,
                        _property("elementPath", f"//{element}"),
                        _number("value", count),
                    )
                    for element, count in part.occurrences.items()
                ),
            ),
        ),
    )


def _schema(name, sha256, *, is_main=False):
    """The catalogue is described where it is first mentioned, and after that only named."""
    if sha256 is None:
        return _property("schema", None, _property("file", None, _property("name", name)))
    kind = _property("type", "XML Schema", _property("version", "1.0"))
    return _property("schema", "main" if is_main else None, _file(name, sha256), kind)


def _file(name, sha256):
    return _property(
        "file",
        None,
        _property("name", name),
        _property("format", "XML", _property("version", "1.0")),
        _property("checksum", None, _property("algorithm", "SHA-256"), _property("value", sha256)),
    )


def _property(name, value, *properties):
    return branch(
        f'property name="{name}"', leaf("value", value), branch("properties", *properties)
    )


def _flag(name, value):
    return branch(f'property name="{name}" dataType="boolean"', leaf("value", value))


def _number(name, value):
    return branch(f'property name="{name}" dataType="integer"', leaf("value", value))
