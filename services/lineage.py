"""Where does a price come from, when was it known, and what was done to it?"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import UTC, date, datetime, time
from typing import TYPE_CHECKING, Any

import numpy as np

from data.store import tables
from data.store.repositories.price_versions import CORRECTION
from services import formatting
from services.assets_named import asset_named
from services.auth.actor import Actor, Permission
from services.auth.policy import authorize
from services.errors import FieldProblem, InvalidRequest, NotFound
from services.lineage_corrections import corrections_of
from services.lineage_deliveries import deliveries_of, delivery_marks
from services.lineage_words import FLAGS, origin_sentence, run_sentences, value_sentences
from services.market_basis import basis_of
from services.market_data_flags import marked_then
from services.market_data_stored import daily_found
from services.market_series import SeriesReader, rate_of
from services.messages.lineage import CurrencyMark, DeliveryMark, PriceVersion, RunLineage, RunSource, ValueLineage
from services.ports import Ports
from services.quality import Quality
from services.source_names import source_names

if TYPE_CHECKING:
    from data.store.unit_of_work import UnitOfWork

FIELDS = ("close", "adjusted_close", "open", "high", "low", "volume")
"""Of which figures of a bar the origin can be asked."""
_OK, _CORRECTED = ([name for name, _ in FLAGS].index(one) for one in ("ok", "corrected"))


class Lineage:
    """Tells the origin of every stored price, and of what a run used.

    Parameters
    ----------
    ports : Ports
    quality : Quality or None
        Who judges the values; one over the same ports when None.

    """

    def __init__(self, ports: Ports, quality: Quality | None = None) -> None:
        self._ports = ports
        self._quality = quality or Quality(ports)
        self._reader = SeriesReader(ports)

    def of(
        self,
        symbol: str,
        session: date | None,
        actor: Actor,
        *,
        field: str = "close",
        known_at_utc: datetime | None = None,
        currency: str | None = None,
    ) -> ValueLineage:
        """Return one price with its source, its versions and everything done to it.

        Parameters
        ----------
        symbol : str
        session : date or None
            Local day of the bar; the last stored one when None. A day without a bar gets the last one before it.
        actor : Actor
            Whoever asks: figures and deliveries of other houses do not exist for it.
        field : str
            One of ``close adjusted_close open high low volume``.
        known_at_utc : datetime or None
            Answer as of this moment: what was stored later does not exist.
        currency : str or None
            Tell the value in this currency too, at the rate of the day.

        Raises
        ------
        NotFound
            There is no such asset, or no price of it on or before that day that was known then.
        InvalidRequest
            There is no such field.

        """
        authorize(actor, Permission.MARKET_READ)
        if field not in FIELDS:
            raise InvalidRequest(
                f"A bar has no field {field!r}.",
                f"Ask for one of {', '.join(FIELDS)}.",
                fields=(FieldProblem("field", "This is no figure of a bar."),),
            )
        with self._ports.store.read(actor) as uow:
            asset = asset_named(uow, symbol)
            provider, day, flag = self._place(uow, asset, session, known_at_utc)
            bars = [
                bar
                for bar in uow.prices.versions(asset.id, day, provider=provider)
                if known_at_utc is None or bar.knowledge_time_utc <= known_at_utc
            ]
            shown = next(iter(uow.prices.counting(bars, known_at_utc=known_at_utc)), None)
            bars = [bar for bar in bars if getattr(bar, field) is not None]
            if shown is None or shown not in bars:
                raise NotFound(f"{symbol} has no {field.replace('_', ' ')} on {day.isoformat()}.", "Ask for its close.")
            return self._told(uow, asset, bars, shown, field, day, session, flag, known_at_utc, currency)

    def run(self, run_id: str, actor: Actor) -> RunLineage:
        """Return what a run used: deliveries, fingerprints of its series, and what it could know.

        Raises
        ------
        NotFound
            There is no such run for this actor.

        """
        authorize(actor, Permission.RUNS_READ)
        with self._ports.store.read(actor) as uow:
            row = uow.runs.get(run_id)
            document: dict[str, Any] = row.lineage_json or {}
            inner = document.get("data")
            data: dict[str, Any] = inner if isinstance(inner, dict) else {}
            hashes = {str(key): str(value) for key, value in (data.get("series_sha256") or {}).items()}
            knowledge = _moment(data.get("knowledge_time_utc"))
            used = self._batches(uow, data, sorted(hashes), knowledge or row.started_at_utc or row.created_at_utc)
            marks = delivery_marks(uow, list(used))
            sources = tuple(RunSource(delivery=marks[key], symbols=used[key]) for key in sorted(used) if key in marks)
        is_whole = len(sources) == len(used)
        return RunLineage(
            run_id=run_id,
            as_of=_day(data.get("as_of")),
            knowledge_time_utc=knowledge,
            window_start=_day(data.get("window_start")),
            window_end=_day(data.get("window_end")),
            series_sha256=hashes,
            sources=sources,
            is_whole=is_whole,
            sentences=run_sentences(sources, knowledge, is_whole=is_whole),
        )

    def sources(self, symbols: Sequence[str], start: date, end: date, actor: Actor) -> tuple[RunSource, ...]:
        """Return by which deliveries the bars of assets in a window came; what the actor cannot see is left out."""
        authorize(actor, Permission.MARKET_READ)
        with self._ports.store.read(actor) as uow:
            found = deliveries_of(uow, self._reader.preference, symbols, start, end)
        return tuple(RunSource(delivery=mark, symbols=names) for names, mark in found)

    def payload(self, sha256: str, actor: Actor) -> tuple[bytes, str]:
        """Return the bytes of a provider's answer as they came, with their media type.

        Raises
        ------
        NotFound
            They are not kept, or belong to another house.

        """
        authorize(actor, Permission.MARKET_READ)
        authorize(actor, Permission.EXPORTS_MAKE)
        with self._ports.store.read(actor) as uow:
            found = uow.raw_payloads.read(sha256)
        if found is None:
            raise NotFound("The bytes with this hash are not kept.", "The hash still proves which ones they were.")
        row, raw = found
        return raw, row.media_type

    def _place(
        self, uow: UnitOfWork, asset: tables.Asset, session: date | None, known_at_utc: datetime | None
    ) -> tuple[str, date, int]:
        """Return whose bar of which day counts, and the code of its flag."""
        if known_at_utc is not None:
            return self._place_then(uow, asset, session, known_at_utc)
        series = uow.prices.series(asset.id, self._reader.preference)
        if series is None:
            raise NotFound(f"No prices of {asset.symbol} are stored.", "Import its prices first.")
        place = len(series.dates) - 1
        if session is not None:
            place = int(np.searchsorted(series.dates, np.datetime64(session, "D"), side="right")) - 1
        if place < 0:
            raise _too_early(asset.symbol, session, series.dates[0].astype("datetime64[D]").astype(object))
        day: date = series.dates[place].astype("datetime64[D]").astype(object)
        return series.provider, day, int(self._quality.flags(uow, series)[place])

    def _place_then(
        self, uow: UnitOfWork, asset: tables.Asset, session: date | None, known_at_utc: datetime
    ) -> tuple[str, date, int]:
        """Return the same as it was at a moment, of the provider whose figures counted then."""
        known = uow.prices.known([asset.id], self._reader.preference, known_at_utc=known_at_utc, end=session)
        if asset.id in known:
            series, _ = known[asset.id]
            day: date = series.dates[-1].astype("datetime64[D]").astype(object)
            marked = marked_then(uow, {asset.id: daily_found(series)}, self._reader.preference, known_at_utc)
            return series.provider, day, int(marked[asset.id].bars.flags[-1])
        raise NotFound(
            f"No price of {asset.symbol} was known by then.", "Ask about a later moment, or leave it out for today's."
        )

    def _told(
        self,
        uow: UnitOfWork,
        asset: tables.Asset,
        bars: Sequence[tables.PriceBar],
        shown: tables.PriceBar,
        field: str,
        day: date,
        session: date | None,
        flag: int,
        known_at_utc: datetime | None,
        currency: str | None,
    ) -> ValueLineage:
        """Return the answer; one of the versions of the bar is shown."""
        marks = delivery_marks(uow, [bar.batch_id for bar in bars if bar.batch_id is not None])
        versions = tuple(_version(bar, field, marks, uow.actor.tenant_id, is_shown=bar is shown) for bar in bars)
        if flag == _OK and next(one for one in versions if one.is_shown).is_correction:
            flag = _CORRECTED
        raw = next((one for one in reversed(versions) if not one.is_correction), versions[-1])
        corrections = corrections_of(bars, field, shown, marks, uow, asset, known_at_utc)
        delivery = marks.get(raw.batch_id or "")
        origin = origin_sentence(raw.provider_label, delivery, raw.knowledge_time_utc)
        value = float(getattr(shown, field))
        converted = (
            None if field == "volume" else self._converted(uow, value, asset.currency, currency, day, known_at_utc)
        )
        named = [one.batch_id for one in versions]
        if converted is not None and converted.batch_id is not None:
            named.append(converted.batch_id)
            marks |= delivery_marks(uow, [converted.batch_id])
        now = known_at_utc or self._ports.clock.now_utc()
        asked = session if session is not None and session != day else None
        batch = None if delivery is None else uow.ingest_batches.find(delivery.batch_id)
        return ValueLineage(
            symbol=asset.symbol,
            name=asset.name,
            currency=asset.currency,
            field=field,
            session=day,
            asked_session=asked,
            value=value,
            raw_value=raw.value,
            flag=FLAGS[flag][0],
            flag_sentence=FLAGS[flag][1],
            provider=shown.provider,
            provider_label=source_names([shown.provider]),
            licence=None if delivery is None else delivery.licence,
            event_time_utc=shown.event_time_utc,
            knowledge_time_utc=shown.knowledge_time_utc,
            fetched_at_utc=None if delivery is None else delivery.fetched_at_utc,
            age_days=max(0, (now.date() - day).days),
            is_sample=shown.is_sample,
            known_at_utc=known_at_utc,
            adjustment=basis_of({} if batch is None else batch.lineage, asset.symbol),
            versions=versions,
            deliveries=tuple(marks[key] for key in dict.fromkeys(named) if key in marks),
            corrections=corrections,
            converted=converted,
            sentences=value_sentences(
                asked=asked,
                session=day,
                flag=flag,
                origin=origin,
                corrections=corrections,
                versions_count=len(versions),
                converted=converted,
                currency=asset.currency,
                is_sample=shown.is_sample,
                known_at=known_at_utc,
            ),
        )

    def _converted(
        self, uow: UnitOfWork, value: float, own: str, wanted: str | None, day: date, known_at_utc: datetime | None
    ) -> CurrencyMark | None:
        """Return the value in another currency at the last rate up to the day; None where none other is wanted."""
        if wanted is None or wanted == own:
            return None
        rates = self._reader.rates(uow, own, wanted, known_at_utc=known_at_utc)
        place = -1 if rates is None else int(np.searchsorted(rates.sessions, np.datetime64(day, "D"), side="right")) - 1
        if rates is None or place < 0:
            sentence = f"The price is in {own}, and no rate to {wanted} is known of {formatting.day(day)} or before."
            raise InvalidRequest(
                f"There is no rate from {own} to {wanted}.",
                "Import rates, or ask without a currency.",
                fields=(FieldProblem("currency", sentence, "Leave the currency out to get the price in its own."),),
            )
        rate = float(rates.closes[place])
        rate_day: date = rates.sessions[place].astype("datetime64[D]").astype(object)
        said = rate_of(uow, own, wanted, rate_day, known_at_utc)
        return CurrencyMark(
            currency=wanted,
            value=value * rate,
            rate=rate,
            rate_session=rate_day,
            provider=said.provider,
            provider_label=source_names([said.provider]),
            knowledge_time_utc=said.knowledge_time_utc,
            batch_id=said.batch_id,
            is_sample=said.is_sample,
        )

    def _batches(
        self, uow: UnitOfWork, data: Mapping[str, Any], symbols: Sequence[str], until: datetime
    ) -> dict[str, tuple[str, ...]]:
        """Return the symbols that each delivery brought, as the run noted it or as the store tells of its window."""
        used: dict[str, set[str]] = {}
        noted = data.get("batches")
        if isinstance(noted, dict):
            for symbol, keys in noted.items():
                for key in keys if isinstance(keys, list | dict) else [keys]:
                    used.setdefault(str(key), set()).add(str(symbol))
            return {key: tuple(sorted(found)) for key, found in used.items()}
        start, end = _day(data.get("window_start")), _day(data.get("window_end"))
        if start is None or end is None:
            return {}
        names = {row.id: symbol for symbol, row in uow.assets.by_symbols(list(symbols)).items()}
        for provider in data.get("providers") or ():
            for asset_id, keys in uow.prices.batches_used(
                list(names), str(provider), start, end, known_at_utc=until
            ).items():
                for key in keys:
                    used.setdefault(key, set()).add(names[asset_id])
        known = uow.ingest_batches.get_many(sorted(used))
        return {
            key: tuple(sorted(found))
            for key, found in used.items()
            if key not in known or known[key].created_at_utc <= until
        }


def _version(
    bar: tables.PriceBar, field: str, marks: Mapping[str, DeliveryMark], tenant_id: str | None, *, is_shown: bool
) -> PriceVersion:
    delivery = marks.get(bar.batch_id or "")
    return PriceVersion(
        value=float(getattr(bar, field)),
        knowledge_time_utc=bar.knowledge_time_utc,
        event_time_utc=bar.event_time_utc,
        provider=bar.provider,
        provider_label=source_names([bar.provider]),
        batch_id=bar.batch_id,
        is_correction=delivery is not None and delivery.kind == CORRECTION,
        is_own=tenant_id is not None and bar.tenant_scope == tenant_id,
        is_shown=is_shown,
    )


def _too_early(symbol: str, session: date | None, first: date) -> NotFound:
    asked = "" if session is None else f" on or before {session.isoformat()}"
    return NotFound(f"{symbol} has no price{asked}.", f"Its first one is of {first.isoformat()}.")


def _day(value: object) -> date | None:
    try:
        return date.fromisoformat(str(value)[:10])
    except ValueError:
        return None


def _moment(value: object) -> datetime | None:
    try:
        read = datetime.fromisoformat(str(value))
    except ValueError:
        day = _day(value)
        return None if day is None else datetime.combine(day, time.max, tzinfo=UTC)
    return read if read.tzinfo is not None else read.replace(tzinfo=UTC)
