using System.Buffers.Binary;
using System.Security.Cryptography;
using System.Text;

namespace OnnxInit.Contracts.Randomness;

/// <summary>
/// Random numbers as a function of (seed, name): Philox4x32-10, whose n-th block is a pure function of a 64-bit key and n.
/// The same seed and name give the same numbers on every machine, device and thread, in any order of calls of other streams.
/// </summary>
/// <remarks>
/// Source: Salmon, Moraes, Dror, Shaw, "Parallel random numbers: as easy as 1, 2, 3", SC 2011. The key is the first 8 bytes of
/// SHA-256 over the seed (8 bytes, little-endian) and the name in UTF-8.
/// </remarks>
public sealed class PhiloxRandom
{
    private readonly uint _key0;
    private readonly uint _key1;
    private readonly uint[] _block = new uint[4];
    private ulong _counter;
    private int _used = 4;

    /// <summary>Opens the stream of a name under a seed, at its beginning.</summary>
    /// <param name="seed">The seed of the run.</param>
    /// <param name="name">What the numbers are for, such as a parameter's name.</param>
    public PhiloxRandom(long seed, string name)
    {
        byte[] text = new byte[8 + Encoding.UTF8.GetByteCount(name)];
        BinaryPrimitives.WriteInt64LittleEndian(text, seed);
        Encoding.UTF8.GetBytes(name, text.AsSpan(8));
        byte[] digest = SHA256.HashData(text);
        _key0 = BinaryPrimitives.ReadUInt32LittleEndian(digest);
        _key1 = BinaryPrimitives.ReadUInt32LittleEndian(digest.AsSpan(4));
    }

    /// <summary>32 uniform random bits.</summary>
    public uint NextUInt32()
    {
        if (_used == 4)
        {
            Philox((uint)_counter, (uint)(_counter >> 32), 0, 0, _key0, _key1, _block);
            _counter++;
            _used = 0;
        }

        return _block[_used++];
    }

    /// <summary>64 uniform random bits.</summary>
    public ulong NextUInt64() => NextUInt32() | ((ulong)NextUInt32() << 32);

    /// <summary>A uniform number in [0, 1), a multiple of 2^-53.</summary>
    public double NextDouble() => (NextUInt64() >> 11) * (1.0 / (1UL << 53));

    /// <summary>A uniform integer in [0, <paramref name="bound"/>), without bias (Lemire 2019, "Fast random integer generation in an interval").</summary>
    /// <param name="bound">The exclusive upper bound, at least 1.</param>
    public int NextInt32(int bound)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(bound);
        uint range = (uint)bound;
        uint rejected = (0u - range) % range;
        while (true)
        {
            ulong product = (ulong)NextUInt32() * range;
            if ((uint)product >= rejected)
            {
                return (int)(product >> 32);
            }
        }
    }

    /// <summary>A standard normal number (Box and Muller 1958; the second of each pair is not kept, so that draws do not depend on history).</summary>
    public double NextNormal()
    {
        double radius = Math.Sqrt(-2 * Math.Log(1 - NextDouble()));
        return radius * Math.Cos(2 * Math.PI * NextDouble());
    }

    /// <summary>Permutes in place, every order equally likely (Fisher and Yates).</summary>
    /// <param name="items">What to permute.</param>
    public void Shuffle(Span<int> items)
    {
        for (int last = items.Length - 1; last > 0; last--)
        {
            int other = NextInt32(last + 1);
            (items[last], items[other]) = (items[other], items[last]);
        }
    }

    /// <summary>One block of Philox4x32-10.</summary>
    internal static void Philox(uint counter0, uint counter1, uint counter2, uint counter3, uint key0, uint key1, Span<uint> block)
    {
        const int rounds = 10;
        for (int round = 0; round < rounds; round++)
        {
            ulong product0 = 0xD2511F53UL * counter0;
            ulong product1 = 0xCD9E8D57UL * counter2;
            (counter0, counter1, counter2, counter3) =
                ((uint)(product1 >> 32) ^ counter1 ^ key0, (uint)product1, (uint)(product0 >> 32) ^ counter3 ^ key1, (uint)product0);
            key0 += 0x9E3779B9;
            key1 += 0xBB67AE85;
        }

        block[0] = counter0;
        block[1] = counter1;
        block[2] = counter2;
        block[3] = counter3;
    }
}
