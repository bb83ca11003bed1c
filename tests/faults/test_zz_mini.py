import time
from kafka import KafkaConsumer, TopicPartition
from infra.broker import running_broker
class Holder: pass
def test_mini(tmp_path):
    h=Holder()
    with running_broker(tmp_path/"h") as b:
        h.c=KafkaConsumer(bootstrap_servers=b.bootstrap, group_id=None)
        h.c.topics()
    e=time.monotonic()+4
    h.c.assign([TopicPartition("x",0)])
    while time.monotonic()<e: h.c.poll(timeout_ms=300)
    h.c.close()
