import time
from services.messages.runs import RunStatus
from tests.services.core.test_runs_in_the_pool import *  # noqa
def test_m(pooled, parts, owner):
    out=[]
    for heeds in (True,True,True,True):
        run = submit(pooled, parts, owner, 60.0, heeds=heeds)
        e=time.monotonic()+25
        while pooled.runs.get(run.id, owner).status is not RunStatus.RUNNING and time.monotonic()<e: time.sleep(0.05)
        time.sleep(0.3)
        t=time.monotonic(); pooled.runs.cancel(run.id, owner); a=time.monotonic()-t
        while not pooled.runs.get(run.id, owner).is_final: time.sleep(0.005)
        out.append((heeds, round(a,3), round(time.monotonic()-t,3)))
        open('/tmp/I/cancel.out','w').write(repr(out))
