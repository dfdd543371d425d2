"""Which headings are plain words and no terms of finance? A heading stands either here or in the glossary."""

from __future__ import annotations

from typing import Final

_WORDS: Final = """
#
% a year
60 days
a report of the whole house is made by itself
about
across
action
added by
after
algorithm
also
amount
answered on
answers nearer
anything else
as it stood on
asked
asked by
asked on
assets by their places
at once from
before
begun
broken
browser and address
by
by way of
cash after
cash at least
cash before
chance
change
changed
check
checked
chosen
client
clock
color
column
columns
comes from
compare
compare with
compared with
counts
covers
current
date
dates
dates without answer
day
day of the trades
days
decided on
decision
density
description
details
e-mail
effect
ends
ends after
example
expected
fills in
figure
file
files
first
first day
fit the other rows to my changes
for
for clients of the kind
found
fourth
from
from the close of
gain and loss
group
held
holds until
how it is given
how it reads
how long is the money invested?
how much loss could they bear?
in
in the file
inherited
instance, first line
instance, further lines
instance, next lines
into
keep as
keep what the target does not name
kept
key
key for the try
kind
kind of client
knowledge of investing
known from
largest
largest weights
last day
last seen
last time
last used
layout
length
line
listed as
locked
made
made at
made by
made from
made up by
may do
mean
measure
measured from
name
name of a grouping
name of the template
name of the view
name of this optimization
names
needs regular income
new limit
new symbols
newest day
next time
no.
not judged
note
now
number
numbers
of
of it
of the days
of which
older than
on
only of
or paste rows from a spreadsheet
outcome
own
owner
part 1
part 2
part 3
part 4
part of the trade
people
percent a year
period
permission
person
placed
portfolio
portfolio against it
portfolios
portfolios to show
prefers sustainable investments
problem and way out
program and address
promised
proposed
reads
reason
reason or comment
records
reference
remarks
report
requests a day
requests a minute
reward
risk
role
room to spare
row
rows
rows copied from a spreadsheet
rules that wait for it
rules then say
run
says
schedule
search assets
second
series
series checked
set
setting
share with
shared with
show
side
source
speed
stands
stands after
stands then
start from a template
state
stated
step
stood until
stored
strategy
symbol of an asset to add
symbols, separated by blanks, commas or lines
team
teams
teams and grants
telephone
term
the orders
the rows are
theme
then
third
tilt, in degrees
time
time zone
to
to be settled
to the close of
to whom
today
took
towards
trade
trade to
trades
turn, in degrees
two-factor
until
up
view of the dashboard
waiting for a decision
way
what
what changed
what counts
what differs
what happened
what happens then
what is asked for
what is done
what is not known
what is written
what it brought
what it found
what it has
what it is about
what it is, or why not
what it may do
what it means here
what it measures
what it rests on
what it said on a past day
what it says
what it shows
what this version is about
what was booked
what was found, and what is done about it
what went
when
where it is from
who
who can bring it
who did it
who may use it
whom
whose
why
why it is not taken
with
written
year
"""

PLAIN: Final = frozenset(_WORDS.strip().splitlines())
