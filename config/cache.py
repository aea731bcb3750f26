"""The cache in production: a Redis that may be gone without anybody noticing."""

from django_redis.cache import RedisCache, omit_exception


class ForgivingRedisCache(RedisCache):
    """Where Redis is gone, what is asked for is not there, and what is added is new.

    django-redis says of the latter that somebody else was first. A lock that nobody ever
    gets would close log-in to everybody.
    """

    @omit_exception(return_value=True)
    def add(self, *args, **kwargs):
        return self.client.add(*args, **kwargs)
