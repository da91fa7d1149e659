using System.Buffers.Binary;
using System.Text;
using OnnxInit.Contracts.Safetensors;

namespace OnnxInit.Tests.Safetensors;

/// <summary>Safetensors files put together byte by byte, in a folder of their own.</summary>
public sealed class SafetensorsBytes : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("onnxinit-safetensors-").FullName;

    public string Path => System.IO.Path.Combine(_folder, "model.safetensors");

    public static byte[] Compose(string header, params byte[] data) => Compose((ulong)Encoding.UTF8.GetByteCount(header), Encoding.UTF8.GetBytes(header), data);

    public static byte[] Compose(ulong length, byte[] header, params byte[] data)
    {
        byte[] prefix = new byte[8];
        BinaryPrimitives.WriteUInt64LittleEndian(prefix, length);
        return [.. prefix, .. header, .. data];
    }

    public SafetensorsFile Open(byte[] content)
    {
        File.WriteAllBytes(Path, content);
        return SafetensorsFile.Open(Path);
    }

    public void Dispose() => Directory.Delete(_folder, recursive: true);
}
