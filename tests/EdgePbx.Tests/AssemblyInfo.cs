using EdgePbx;

[assembly: EachTestEnds]
