"""Column chunks of Parquet read as what they hold: values and their rows, nulls left out as runs.

Of the columns that the fold reads most are nearly all null. Arrow gives each of them as a whole
array; here a null costs a bit. Terms are those of the Apache Parquet format (`parquet.thrift`,
"Encodings", "Data Pages"). What is written otherwise than the lake writes it goes to Arrow.
"""
