"""The key by which a platform is asked for a message: a process that comes later has to know it again."""

from bot.audiences.dispatch import Act
from tests.store.build import message, notices


def test_the_key_of_many_notices_is_the_same_in_each_release_and_in_any_order():
    one, other, third = notices(3)
    assert message(one).key == one.key == "lab/phd-000/announcement"
    assert message(one, other, third).key == message(third, one, other).key == "lab/digest/c079995cd2e8a064"
    assert message(one, other, act=Act.EDIT).key == "lab/edit/db79fd994e876d0f"
