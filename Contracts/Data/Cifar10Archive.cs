using System.Formats.Tar;
using System.IO.Compression;

namespace OnnxInit.Contracts.Data;

/// <summary>Feeds CIFAR-10's files from the official archive to the reader.</summary>
/// <remarks>
/// Nothing is written to the disk, so that a member's path can do no harm; members are chosen by their exact path all the same. No
/// member may be larger than a batch file, so that a small archive cannot blow up into hours of decompression.
/// </remarks>
internal static class Cifar10Archive
{
    private const string Advice = $"Expected {Cifar10.ArchiveName}, a gzip-compressed tar. {Cifar10Reader.Remedy}";

    private const int LargestPadding = 1 << 20;

    public static void Read(string path, Cifar10Reader reader)
    {
        using FileStream file = File.OpenRead(path);
        if (file.ReadByte() != 0x1f || file.ReadByte() != 0x8b)
        {
            throw new InvalidInputException($"'{path}' is no gzip file: it does not begin with the bytes 1f 8b. {Advice}");
        }

        file.Position = 0;
        try
        {
            using GZipStream tar = new(file, CompressionMode.Decompress);
            using TarReader members = new(tar);
            while (members.GetNextEntry() is { } member)
            {
                ReadMember(path, member, reader);
            }

            VerifyChecksum(tar);
        }
        catch (Exception exception) when (exception is InvalidDataException or EndOfStreamException or FormatException)
        {
            throw new InvalidInputException($"'{path}' is damaged, or no tar inside a gzip file: {exception.Message} {Advice}", exception);
        }
    }

    /// <summary>Reads on to the very end, where the gzip checksum stands; a tar ends in a few thousand zero bytes.</summary>
    private static void VerifyChecksum(GZipStream tar)
    {
        byte[] padding = new byte[LargestPadding];
        if (tar.ReadAtLeast(padding, padding.Length, throwOnEndOfStream: false) == padding.Length)
        {
            throw new InvalidDataException("Data follows the end of the tar.");
        }
    }

    private static void ReadMember(string path, TarEntry member, Cifar10Reader reader)
    {
        if (member.Length > reader.LargestFile)
        {
            throw new InvalidInputException(
                $"'{path}' has a member '{member.Name}' of {member.Length:N0} bytes; expected at most {reader.LargestFile:N0}. {Advice}");
        }

        if (member.EntryType is TarEntryType.RegularFile or TarEntryType.V7RegularFile && WantedName(member.Name) is { } name)
        {
            reader.Read(name, member.Length, member.DataStream ?? Stream.Null);
        }
    }

    /// <summary>The file name of a member that is one of the wanted files, directly or in the official folder; else null.</summary>
    private static string? WantedName(string member)
    {
        string name = member.StartsWith("./", StringComparison.Ordinal) ? member[2..] : member;
        name = name.StartsWith(Cifar10.FolderName + "/", StringComparison.Ordinal) ? name[(Cifar10.FolderName.Length + 1)..] : name;
        return Cifar10Reader.FileNames.Contains(name) ? name : null;
    }
}
