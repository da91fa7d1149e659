using System.Formats.Tar;
using System.IO.Compression;
using System.Text;
using OnnxInit.Contracts.Data;
using OnnxInit.Contracts.Randomness;

namespace OnnxInit.Tests.Data;

/// <summary>CIFAR-10's files with few records and random content.</summary>
internal static class SmallCifar10
{
    public const int Records = 3;
    public const int RecordSize = 3073;

    public static readonly string[] ClassNames =
        ["airplane", "automobile", "bird", "cat", "deer", "dog", "frog", "horse", "ship", "truck"];

    /// <summary>All seven files by name.</summary>
    public static Dictionary<string, byte[]> Files()
    {
        Dictionary<string, byte[]> files = new() { ["batches.meta.txt"] = Encoding.UTF8.GetBytes(string.Join('\n', ClassNames) + "\n\n") };
        foreach (string name in (string[])["data_batch_1.bin", "data_batch_2.bin", "data_batch_3.bin", "data_batch_4.bin", "data_batch_5.bin", "test_batch.bin"])
        {
            PhiloxRandom random = new(1, name);
            byte[] content = new byte[Records * RecordSize];
            for (int i = 0; i < content.Length; i++)
            {
                content[i] = (byte)(i % RecordSize == 0 ? random.NextInt32(10) : random.NextInt32(256));
            }

            files.Add(name, content);
        }

        return files;
    }

    public static string WriteFolder(string folder, Dictionary<string, byte[]> files)
    {
        Directory.CreateDirectory(folder);
        foreach ((string name, byte[] content) in files)
        {
            File.WriteAllBytes(Path.Combine(folder, name), content);
        }

        return folder;
    }

    public static string WriteArchive(string path, IEnumerable<KeyValuePair<string, byte[]>> members)
    {
        using GZipStream gzip = new(File.Create(path), CompressionLevel.Fastest);
        using TarWriter tar = new(gzip, TarEntryFormat.Ustar);
        foreach ((string name, byte[] content) in members)
        {
            tar.WriteEntry(new UstarTarEntry(TarEntryType.RegularFile, name) { DataStream = new MemoryStream(content) });
        }

        return path;
    }

    public static string WriteOfficialArchive(string path) =>
        WriteArchive(path, Files().Select(file => KeyValuePair.Create($"{Cifar10.FolderName}/{file.Key}", file.Value))
            .Append(new($"{Cifar10.FolderName}/readme.html", [60, 62])));

    public static ImageDataset Load(string path) => Cifar10.Load(path, Records);
}
