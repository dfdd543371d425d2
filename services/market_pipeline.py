"""How do millions of bars come in quickly, each once, with every refused row kept, and whole after a kill?

A reader works ahead by a few pieces, no more, while the writer stores one piece a transaction: bars, packed series,
refused rows and how far the delivery came are kept together or not at all. A delivery that was cut off goes on where
its last kept piece ended; whoever worked on it before is shut out by a fencing number. At the end what the database
holds is counted and added up again and compared with what went in.
"""

from __future__ import annotations

import queue
import threading
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from data.reference.exchanges import ALWAYS_OPEN, FX_MARKET, session_closes_utc
from data.store import tables
from data.store.repositories.price_writer import Tally
from data.store.repositories.series import MINUTE, Bars
from services import formatting
from services.errors import Conflict, InvalidRequest, NotFound
from services.market_ingest import PRICES, SUCCEEDED
from services.market_pipeline_checks import Refusal, RowChecks, places_of
from services.market_pipeline_rows import BarSource, CsvBars, RowPiece
from services.ports import Ports

if TYPE_CHECKING:
    from data.store.unit_of_work import UnitOfWork

ROWS_AT_ONCE_COUNT = 50_000
PIECES_AHEAD_COUNT = 3
SYMBOLS_AT_ONCE_COUNT = 5_000
RUNNING, FAILED = "running", "failed"


@dataclass(frozen=True)
class Outcome:
    """How a delivery ended.

    `read_count` rows were read, of which `rejected_count` were refused; of the `expected_count` good ones
    `stored_count` said something new.
    """

    batch_id: str
    read_count: int
    expected_count: int
    stored_count: int
    rejected_count: int
    checksum: str
    is_whole: bool
    sentence: str


@dataclass
class _Progress:
    """How far a delivery came."""

    read_count: int
    expected_count: int
    rejected_count: int
    tally: Tally

    def as_changes(self) -> dict[str, Any]:
        return {
            "read_count": self.read_count,
            "expected_count": self.expected_count,
            "rejected_count": self.rejected_count,
            "stored_count": self.tally.count,
            "rows_count": self.tally.count,
            "checksum": self.tally.checksum,
        }


class Pipeline:
    """Takes large deliveries of bars into the store.

    Parameters
    ----------
    ports : Ports

    """

    def __init__(self, ports: Ports) -> None:
        self._ports = ports

    def ingest(
        self,
        source: BarSource,
        *,
        provider: str,
        frequency: str = "1d",
        adjustment: str = "raw",
        tenant_id: str | None = None,
        is_sample: bool = False,
        rows_at_once_count: int = ROWS_AT_ONCE_COUNT,
    ) -> Outcome:
        """Take in a delivery under a batch of its own; what is stored already is not written again.

        Parameters
        ----------
        source : BarSource
        provider : str
            Who delivers.
        frequency : str
            ``1m``, ``1d``, ``1w`` or ``1mo``.
        adjustment : str
            What a close already contains.
        tenant_id : str or None
            Whose bars they are; None: for all houses.
        is_sample : bool
            Whether the figures are invented.
        rows_at_once_count : int
            Rows of one transaction.

        """
        with self._ports.store.system(tenant_id) as uow:
            batch = uow.ingest_batches.add(
                tables.IngestBatch(
                    tenant_id=tenant_id,
                    provider=provider,
                    kind=PRICES,
                    status=RUNNING,
                    source_sha256=source.sha256 or None,
                    is_sample=is_sample,
                    lineage={
                        "dataset": source.dataset,
                        "endpoints": [source.dataset],
                        "payload_sha256": [source.sha256] if source.sha256 else [],
                        "fetched_at_utc": self._ports.clock.now_utc().isoformat(),
                        "transformations": ["Rows were checked one by one; refused ones are kept with the reason."],
                        "adjustment": adjustment,
                        "frequency": frequency,
                        "address": source.address,
                        "rows_at_once_count": rows_at_once_count,
                    },
                )
            )
            uow.commit()
        return self._run(batch, source)

    def resume(self, batch_id: str, source: BarSource | None = None) -> Outcome:
        """Go on with a delivery that was cut off.

        Parameters
        ----------
        batch_id : str
        source : BarSource or None
            The same delivery; the file that it was read from when None.

        Raises
        ------
        NotFound
            There is no such delivery, or it has ended.
        Conflict
            The file is not there any more, or has other bytes.

        """
        with self._ports.store.system() as uow:
            batch = _waiting(uow, batch_id)
            again = _same_source(batch, source)
            batch = uow.ingest_batches.take_over(batch_id)
            uow.commit()
        return self._run(batch, again)

    def unfinished(self, quiet_since_utc: datetime | None = None) -> tuple[str, ...]:
        """Return the ids of deliveries that have not ended, the oldest first; or those silent since an instant."""
        with self._ports.store.system(read_only=True) as uow:
            rows = uow.ingest_batches.running(quiet_since_utc=quiet_since_utc)
            return tuple(row.id for row in rows if is_resumable(row))

    def give_up(self, batch_id: str, reason: str) -> None:
        """End a delivery that cannot go on; the rows that it stored stay, under its id.

        Raises
        ------
        NotFound
            There is no such delivery, or it has ended.

        """
        with self._ports.store.system() as uow:
            _waiting(uow, batch_id)
            row = uow.ingest_batches.take_over(batch_id)
            uow.ingest_batches.finish(batch_id, FAILED, rows_count=row.stored_count, message=reason)
            uow.commit()

    def _run(self, batch: tables.IngestBatch, source: BarSource) -> Outcome:
        """Store piece after piece from where the delivery stands, then compare."""
        said = batch.lineage
        progress = _Progress(
            batch.read_count,
            batch.expected_count,
            batch.rejected_count,
            Tally(batch.stored_count, int(batch.checksum or "0", 16)),
        )
        assets: dict[str, tuple[str, str | None]] = {}
        asset_ids: dict[str, str] = {}
        is_minute = str(said["frequency"]) == MINUTE
        checks = RowChecks(asset_ids, self._ports.clock.now_utc().date(), is_minute=is_minute)
        read_count = 0
        for piece in self._pieces(batch, source, int(said["rows_at_once_count"])):
            self._look_up(batch.tenant_id, piece, assets)
            asset_ids |= {symbol: row[0] for symbol, row in assets.items()}
            refused = checks.refusals(piece)
            read_count += piece.rows_count
            if read_count > progress.read_count:  # what an earlier process kept is only looked at for repeats
                self._store(batch, piece, refused, assets, progress)
        return self._finish(batch, checks.seen_asset_ids, progress)

    def _pieces(self, batch: tables.IngestBatch, source: BarSource, rows_count: int) -> Iterator[RowPiece]:
        """Read a delivery; one that cannot be read on ends here, with what it stored."""
        try:
            yield from _ahead(source, rows_count)
        except InvalidRequest as error:
            self.give_up(batch.id, str(error))
            raise

    def _store(
        self,
        batch: tables.IngestBatch,
        piece: RowPiece,
        refused: list[Refusal],
        assets: Mapping[str, tuple[str, str | None]],
        progress: _Progress,
    ) -> None:
        """Keep one piece: bars, refused rows and progress, together or not at all."""
        is_good = np.ones(piece.rows_count, dtype=bool)
        is_good[[one.place for one in refused]] = False
        tally = Tally(progress.tally.count, progress.tally.total)
        after = _Progress(
            progress.read_count + piece.rows_count,
            progress.expected_count + int(is_good.sum()),
            progress.rejected_count + len(refused),
            tally,
        )
        with self._ports.store.system(batch.tenant_id) as uow:
            uow.ingest_batches.one_at_a_time()
            uow.prices.ingest(
                _bars(piece, is_good, assets),
                provider=batch.provider,
                knowledge_time_utc=batch.created_at_utc,
                frequency=str(batch.lineage["frequency"]),
                batch_id=batch.id,
                is_sample=batch.is_sample,
                tally=tally,
            )
            uow.rejected_rows.add_many([_rejected(batch, piece, one) for one in refused])
            uow.ingest_batches.go_on(batch.id, batch.fence_count, after.as_changes())
            uow.commit()
        progress.read_count, progress.expected_count = after.read_count, after.expected_count
        progress.rejected_count, progress.tally = after.rejected_count, tally

    def _finish(self, batch: tables.IngestBatch, asset_ids: list[str], progress: _Progress) -> Outcome:
        """Compare what the database holds with what went in, and end the delivery."""
        with self._ports.store.system(batch.tenant_id) as uow:
            frequency = str(batch.lineage["frequency"])
            held = uow.prices.tally_of(batch.id, asset_ids, batch.provider, frequency)
            is_whole = (held.count, held.checksum) == (progress.tally.count, progress.tally.checksum)
            sentence = _sentence(progress, is_whole)
            state = SUCCEEDED if is_whole else FAILED
            ended = {"status": state, "message": sentence, "finished_at_utc": self._ports.clock.now_utc()}
            uow.ingest_batches.go_on(batch.id, batch.fence_count, progress.as_changes() | ended)
            uow.commit()
        return Outcome(
            batch.id, progress.read_count, progress.expected_count, progress.tally.count, progress.rejected_count,
            progress.tally.checksum, is_whole, sentence,
        )  # fmt: skip

    def _look_up(self, tenant_id: str | None, piece: RowPiece, assets: dict[str, tuple[str, str | None]]) -> None:
        """Add id and place of trade of the assets that a piece names for the first time."""
        unknown = sorted(set(piece.symbols) - assets.keys())
        with self._ports.store.system(tenant_id, read_only=True) as uow:
            for start in range(0, len(unknown), SYMBOLS_AT_ONCE_COUNT):
                rows = uow.assets.by_symbols(unknown[start : start + SYMBOLS_AT_ONCE_COUNT])
                assets |= {symbol: (row.id, _place_of(row)) for symbol, row in rows.items()}


def is_resumable(batch: tables.IngestBatch) -> bool:
    """Return whether a delivery keeps how far it came, so that it can go on where it was cut off."""
    return batch.status == RUNNING and "rows_at_once_count" in batch.lineage


def _waiting(uow: UnitOfWork, batch_id: str) -> tables.IngestBatch:
    batch = uow.ingest_batches.find(batch_id)
    if batch is None or not is_resumable(batch):
        raise NotFound("No delivery with this id waits to be finished.", "See the list of deliveries.")
    return batch


def _ahead(source: BarSource, rows_count: int) -> Iterator[RowPiece]:
    """Read pieces in a thread, a few ahead of whoever takes them; the reader waits when it is that far."""
    waiting: queue.Queue[RowPiece | BaseException | None] = queue.Queue(PIECES_AHEAD_COUNT)
    is_over = threading.Event()

    def offer(item: RowPiece | BaseException | None) -> bool:
        while not is_over.is_set():
            try:
                waiting.put(item, timeout=0.1)
            except queue.Full:
                continue
            return True
        return False

    def read() -> None:
        try:
            for piece in source.pieces(rows_count):
                if not offer(piece):
                    return
            offer(None)
        except BaseException as error:  # handed over to whoever takes the pieces
            offer(error)

    reader = threading.Thread(target=read, name="bars-reader", daemon=True)
    reader.start()
    try:
        while (item := waiting.get()) is not None:
            if isinstance(item, BaseException):
                raise item
            yield item
    finally:
        is_over.set()
        reader.join()


def _bars(piece: RowPiece, is_good: Any, assets: Mapping[str, tuple[str, str | None]]) -> Iterator[Bars]:
    """Return the good rows of a piece as bars, one entry an asset, in order of time."""
    exchanges = dict(assets.values())
    for asset_id, places in places_of(piece, is_good, {one: row[0] for one, row in assets.items()}).items():
        keys = piece.days[places] if piece.moments is None else piece.moments[places]
        ordered = places[np.argsort(keys, kind="stable")]
        numbers = {name: values[ordered] for name, values in piece.numbers.items()}
        close, adjusted = numbers["close"], numbers.get("adjusted_close")
        days = piece.days[ordered]
        moments = session_closes_utc(exchanges[asset_id], days) if piece.moments is None else piece.moments[ordered]
        yield Bars(
            asset_id,
            days,
            close,
            None if adjusted is None else np.where(np.isnan(adjusted), close, adjusted),
            open=numbers.get("open"),
            high=numbers.get("high"),
            low=numbers.get("low"),
            volume=numbers.get("volume"),
            event_times_utc=moments,
        )


def _rejected(batch: tables.IngestBatch, piece: RowPiece, refusal: Refusal) -> tables.RejectedRow:
    return tables.RejectedRow(
        tenant_id=batch.tenant_id,
        batch_id=batch.id,
        provider=batch.provider,
        symbol=str(piece.symbols[refusal.place])[:200],
        row_number=piece.first_row + refusal.place,
        field=refusal.field,
        reason=refusal.reason,
        raw=piece.raw(refusal.place),
    )


def _same_source(batch: tables.IngestBatch, source: BarSource | None) -> BarSource:
    """Return the delivery to go on with.

    Raises
    ------
    Conflict
        It is not the same.

    """
    address = batch.lineage.get("address")
    if source is None:
        if not address or not Path(address).is_file():
            raise Conflict(
                "What this delivery was read from is not there any more.",
                "Give the file again, or give the delivery up; what it stored stays.",
            )
        source = CsvBars(Path(address))
    if (source.sha256 or None) != batch.source_sha256:
        raise Conflict("The file has changed since the delivery began.", "Give the same file, or bring it in anew.")
    return source


def _place_of(row: tables.Asset) -> str | None:
    return row.exchange or {"crypto": ALWAYS_OPEN, "fx": FX_MARKET}.get(row.asset_class)


def _sentence(progress: _Progress, is_whole: bool) -> str:
    if not is_whole:
        return "What the database holds of this delivery is not what went in. Bring it in again."
    known = progress.expected_count - progress.tally.count
    parts = [f"{formatting.count(progress.tally.count, 'bar')} stored"]
    if known:
        parts.append(f"{formatting.number(known, 0)} known already")
    if progress.rejected_count:
        parts.append(f"{formatting.count(progress.rejected_count, 'row')} refused")
    return ", ".join(parts) + "."
