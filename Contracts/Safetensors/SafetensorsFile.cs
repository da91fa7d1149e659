using System.Buffers.Binary;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;

namespace OnnxInit.Contracts.Safetensors;

/// <summary>
/// A safetensors file, open for reading: 8 bytes of header length (little-endian), the header, the tensors' bytes. The header
/// is read and checked when the file is opened, a tensor when it is asked for.
/// </summary>
/// <remarks>
/// Values are little-endian in the file, as on every machine that TorchSharp runs on, and are not converted. Reading from
/// several threads is safe. Source of the format: https://huggingface.co/docs/safetensors/index.
/// </remarks>
public sealed class SafetensorsFile : IDisposable
{
    private const int LengthSize = 8;

    private readonly SafeFileHandle _handle;
    private readonly long _dataStart;
    private readonly OrderedDictionary<string, SafetensorsEntry> _tensors;

    private SafetensorsFile(string path, SafeFileHandle handle)
    {
        FilePath = path;
        _handle = handle;
        byte[] header = ReadHeader();
        _dataStart = LengthSize + header.Length;
        (Metadata, IReadOnlyList<SafetensorsEntry> entries) = SafetensorsHeader.Parse(path, header, RandomAccess.GetLength(handle) - _dataStart);
        _tensors = new OrderedDictionary<string, SafetensorsEntry>(entries.Select(entry => KeyValuePair.Create(entry.Name, entry)));
    }

    /// <summary>The file, as it was given to <see cref="Open"/>.</summary>
    public string FilePath { get; }

    /// <summary>The free texts that the file carries; empty where it has none.</summary>
    public IReadOnlyDictionary<string, string> Metadata { get; }

    /// <summary>The tensors by name, in the order of their bytes.</summary>
    public IReadOnlyDictionary<string, SafetensorsEntry> Tensors => _tensors;

    /// <summary>Opens a file and checks its header against every rule of the format. No tensor is read.</summary>
    /// <param name="path">The file.</param>
    /// <exception cref="InvalidInputException">The file is missing or cannot be read, or breaks a rule of the format.</exception>
    public static SafetensorsFile Open(string path)
    {
        SafeFileHandle? handle = null;
        try
        {
            // Sharing deletion lets a newer checkpoint take the file's name meanwhile, on Windows too.
            handle = File.OpenHandle(path, FileMode.Open, FileAccess.Read, FileShare.Read | FileShare.Delete, FileOptions.RandomAccess);
            return new SafetensorsFile(path, handle);
        }
        catch (Exception exception)
        {
            handle?.Dispose();
            if (exception is IOException or UnauthorizedAccessException or NotSupportedException)
            {
                throw new InvalidInputException($"Cannot open '{path}': {exception.Message} Name a safetensors file that exists and can be read.", exception);
            }

            throw;
        }
    }

    /// <summary>What the header says about a tensor.</summary>
    /// <param name="name">The tensor.</param>
    /// <exception cref="InvalidInputException">The file has no such tensor; the message names some that it has.</exception>
    public SafetensorsEntry Find(string name)
    {
        const int named = 8;
        if (_tensors.TryGetValue(name, out SafetensorsEntry? entry))
        {
            return entry;
        }

        string others = _tensors.Count == 0 ? "no tensors" : string.Join(", ", _tensors.Keys.Take(named).Select(key => $"'{key}'"));
        string more = _tensors.Count > named ? $" and {_tensors.Count - named} more" : "";
        throw new InvalidInputException($"'{FilePath}' has no tensor '{name}'; it has {others}{more}. Ask for one of these, or choose another file.");
    }

    /// <summary>Reads all bytes of a tensor.</summary>
    /// <param name="name">The tensor.</param>
    /// <param name="destination">As long as the tensor in bytes.</param>
    /// <exception cref="ArgumentException">The destination has another length.</exception>
    /// <exception cref="InvalidInputException">The file has no such tensor, or became shorter since it was opened.</exception>
    public void Read(string name, Span<byte> destination)
    {
        SafetensorsEntry entry = Find(name);
        if (destination.Length != entry.ByteLength)
        {
            throw new ArgumentException($"Tensor '{name}' has {entry.ByteLength} bytes, and the destination {destination.Length}.", nameof(destination));
        }

        ReadAt(entry, 0, destination);
    }

    /// <summary>Reads some bytes of a tensor; this is how tensors above 2 GB are read, piece by piece.</summary>
    /// <param name="name">The tensor.</param>
    /// <param name="offset">The first byte to read, counted from the tensor's first.</param>
    /// <param name="destination">As long as the piece in bytes.</param>
    /// <exception cref="ArgumentOutOfRangeException">The piece does not lie inside the tensor.</exception>
    /// <exception cref="InvalidInputException">The file has no such tensor, or became shorter since it was opened.</exception>
    public void ReadPart(string name, long offset, Span<byte> destination)
    {
        SafetensorsEntry entry = Find(name);
        if (offset < 0 || offset > entry.ByteLength - destination.Length)
        {
            throw new ArgumentOutOfRangeException(nameof(offset), offset, $"Tensor '{name}' has {entry.ByteLength} bytes; {destination.Length} from byte {offset} do not lie inside.");
        }

        ReadAt(entry, offset, destination);
    }

    /// <summary>Reads a tensor as values, row-major.</summary>
    /// <typeparam name="T">The C# type of its elements; <see cref="SafetensorsType.BFloat16"/> and the 8-bit floats have none and are read as bytes.</typeparam>
    /// <param name="name">The tensor.</param>
    /// <exception cref="ArgumentException">No type of the format is held by <typeparamref name="T"/>.</exception>
    /// <exception cref="InvalidInputException">The file has no such tensor, the tensor is of another type or has more elements than an array can hold, or the file became shorter since it was opened.</exception>
    public T[] Read<T>(string name)
        where T : unmanaged
    {
        SafetensorsEntry entry = Find(name);
        SafetensorsType expected = SafetensorsTypes.Of<T>();
        if (entry.Type != expected)
        {
            throw new InvalidInputException($"Tensor '{name}' in '{FilePath}' is of type {entry.Type.Spelling()}; expected {expected.Spelling()}. Choose another file, or convert the tensor.");
        }

        long count = entry.ByteLength / Unsafe.SizeOf<T>();
        if (count > Array.MaxLength)
        {
            throw new InvalidInputException($"Tensor '{name}' in '{FilePath}' has {count} elements; expected at most {Array.MaxLength} to read at once. Read it piece by piece.");
        }

        // In pieces, since a span of bytes ends at 2 GB and an array does not.
        const int piece = 1 << 24;
        T[] values = GC.AllocateUninitializedArray<T>((int)count);
        for (int start = 0; start < values.Length; start += piece)
        {
            Span<T> part = values.AsSpan(start, Math.Min(piece, values.Length - start));
            ReadAt(entry, (long)start * Unsafe.SizeOf<T>(), MemoryMarshal.AsBytes(part));
        }

        return values;
    }

    /// <inheritdoc/>
    public void Dispose() => _handle.Dispose();

    private byte[] ReadHeader()
    {
        long fileLength = RandomAccess.GetLength(_handle);
        if (fileLength < LengthSize)
        {
            throw SafetensorsHeader.Invalid(FilePath, $"the file has {fileLength} bytes; expected at least {LengthSize}, which hold the header's length.");
        }

        Span<byte> lengthBytes = stackalloc byte[LengthSize];
        Fill(0, lengthBytes);
        ulong length = BinaryPrimitives.ReadUInt64LittleEndian(lengthBytes);
        if (length > SafetensorsHeader.MaximumLength)
        {
            throw SafetensorsHeader.Invalid(FilePath, $"the header's length is {length} bytes; expected at most {SafetensorsHeader.MaximumLength}.");
        }

        if ((long)length > fileLength - LengthSize)
        {
            throw SafetensorsHeader.Invalid(FilePath, $"the header's length is {length} bytes, and {fileLength - LengthSize} follow.");
        }

        byte[] header = new byte[length];
        Fill(LengthSize, header);
        return header;
    }

    private void ReadAt(SafetensorsEntry entry, long offset, Span<byte> destination) => Fill(_dataStart + entry.Offset + offset, destination);

    private void Fill(long position, Span<byte> destination)
    {
        try
        {
            while (!destination.IsEmpty)
            {
                int read = RandomAccess.Read(_handle, destination, position);
                if (read == 0)
                {
                    throw SafetensorsHeader.Invalid(FilePath, $"the file ends at byte {position}, with {destination.Length} more expected; it became shorter since it was opened.");
                }

                position += read;
                destination = destination[read..];
            }
        }
        catch (IOException exception)
        {
            throw SafetensorsHeader.Invalid(FilePath, exception.Message, exception);
        }
    }
}
