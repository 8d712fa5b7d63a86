"""Every worked case gives its answers on Spark SQL too: the same tests, on the backend of this folder."""

from tests.cases.test_cases import test_the_engine_gives_the_answers as test_spark_gives_the_answers

__all__ = ["test_spark_gives_the_answers"]
