using System.Numerics;
using System.Runtime.InteropServices;

namespace OnnxInit.Training.Diagnostics;

/// <summary>Which units are 0 in all of a tensor: its entries are [outer, units, inner] in row-major order.</summary>
/// <param name="units">The length of the units' axis.</param>
/// <param name="inner">Entries of one unit in a row: the product of the axes behind.</param>
internal sealed class UnitReader(int units, long inner) : IBlockReader
{
    private readonly int[] _alive = new int[units]; // not 0 once an entry was not 0
    private long _position;
    private long _rows;
    private bool _allAlive; // looked for every few rows of units: most layers are, and there is nothing more to read then

    /// <summary>Units that were 0 everywhere.</summary>
    public int Dead => _alive.AsSpan().Count(0);

    /// <inheritdoc/>
    public void Add(ReadOnlySpan<float> block) => Add<float>(block);

    /// <inheritdoc/>
    public void Add(ReadOnlySpan<double> block) => Add<double>(block);

    private void Add<T>(ReadOnlySpan<T> block)
        where T : unmanaged, INumber<T>
    {
        while (!block.IsEmpty && !_allAlive)
        {
            int unit = (int)(_position / inner % units);
            int taken;
            if (inner == 1)
            {
                taken = Math.Min(block.Length, units - unit);
                MarkRow(block[..taken], _alive.AsSpan(unit, taken));
            }
            else
            {
                taken = (int)Math.Min(block.Length, inner - (_position % inner));
                if (_alive[unit] == 0 && block[..taken].ContainsAnyExcept(T.Zero))
                {
                    _alive[unit] = 1;
                }
            }

            _position += taken;
            block = block[taken..];
            if (unit + taken >= units && (_rows++ & 3) == 3)
            {
                _allAlive = !_alive.AsSpan().Contains(0);
            }
        }
    }

    private static void MarkRow<T>(ReadOnlySpan<T> row, Span<int> alive)
        where T : unmanaged, INumber<T>
    {
        int done = 0;
        if (typeof(T) == typeof(float))
        {
            ReadOnlySpan<Vector<float>> values = MemoryMarshal.Cast<T, Vector<float>>(row);
            Span<Vector<int>> marks = MemoryMarshal.Cast<int, Vector<int>>(alive);
            for (int i = 0; i < values.Length; i++)
            {
                marks[i] |= Vector.OnesComplement(Vector.Equals(values[i], Vector<float>.Zero));
            }

            done = values.Length * Vector<float>.Count;
        }

        for (int i = done; i < row.Length; i++)
        {
            alive[i] |= T.IsZero(row[i]) ? 0 : 1;
        }
    }
}
