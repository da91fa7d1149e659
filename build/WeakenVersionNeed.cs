using System;
using System.IO;
using System.Linq;
using System.Text;
using Microsoft.Build.Framework;
using Microsoft.Build.Utilities;

/// <summary>
/// Copies an ELF64 little-endian library and marks one of its version requirements weak (VER_FLG_WEAK in
/// <c>vna_flags</c> of the Vernaux entry in <c>.gnu.version_r</c>): two bytes change, in the copy.
/// Source: the System V gABI and the Linux Standard Base, "Symbol Versioning".
/// </summary>
public sealed class WeakenVersionNeed : Task
{
    private const uint VersionNeedSection = 0x6ffffffe; // SHT_GNU_verneed
    private const ushort WeakFlag = 2; // VER_FLG_WEAK

    /// <summary>The library to copy.</summary>
    [Required]
    public string Source { get; set; }

    /// <summary>Where the copy goes; written whole or not at all.</summary>
    [Required]
    public string Destination { get; set; }

    /// <summary>The version's name, such as GLIBCXX_3.4.32.</summary>
    [Required]
    public string Version { get; set; }

    /// <summary>The start of the file name of the system library that ought to provide the version.</summary>
    [Required]
    public string ProvidedBy { get; set; }

    /// <summary>Copy also when this machine's library does provide the version.</summary>
    public bool Always { get; set; }

    /// <summary>True when the copy is there and is to be used.</summary>
    [Output]
    public bool Weakened { get; set; }

    public override bool Execute()
    {
        if (!Always && !MissingHere())
        {
            return true;
        }

        try
        {
            byte[] elf = File.ReadAllBytes(Source);
            Weaken(elf);
            if (!File.Exists(Destination) || !File.ReadAllBytes(Destination).SequenceEqual(elf))
            {
                Write(elf);
                Log.LogMessage(MessageImportance.High, "{0}: {1} is newer than this machine's {2}; using a copy that asks for it weakly.", Path.GetFileName(Source), Version, ProvidedBy);
            }
        }
        catch (Exception exception) when (exception is IOException || exception is UnauthorizedAccessException || exception is InvalidDataException)
        {
            Log.LogError(exception.Message);
            return false;
        }
        catch (Exception exception) when (exception is ArgumentException || exception is IndexOutOfRangeException)
        {
            Log.LogError("{0} is damaged: its sections lie outside of the file.", Source);
            return false;
        }

        Weakened = true;
        return true;
    }

    /// <summary>Takes the name over from a file that was there; other hard links to that one keep it.</summary>
    private void Write(byte[] elf)
    {
        Directory.CreateDirectory(Path.GetDirectoryName(Path.GetFullPath(Destination)));
        string part = Destination + "." + Guid.NewGuid().ToString("N") + ".part";
        File.WriteAllBytes(part, elf);
        if (File.Exists(Destination))
        {
            File.Delete(Destination);
        }

        File.Move(part, Destination);
    }

    /// <summary>Whether the library that this very process, a .NET one like ours, was given by the loader lacks the version.</summary>
    private bool MissingHere()
    {
        const string maps = "/proc/self/maps";
        string loaded = !File.Exists(maps) ? null : File.ReadLines(maps)
            .Where(line => line.IndexOf('/') >= 0)
            .Select(line => line.Substring(line.IndexOf('/')))
            .FirstOrDefault(path => Path.GetFileName(path).StartsWith(ProvidedBy, StringComparison.Ordinal));
        return loaded != null && File.Exists(loaded)
            && Encoding.GetEncoding(28591).GetString(File.ReadAllBytes(loaded)).IndexOf(Version + "\0", StringComparison.Ordinal) < 0;
    }

    private void Weaken(byte[] elf)
    {
        if (elf.Length < 64 || elf[0] != 0x7f || elf[1] != 'E' || elf[2] != 'L' || elf[3] != 'F' || elf[4] != 2 || elf[5] != 1)
        {
            throw new InvalidDataException(Source + " is no 64-bit little-endian ELF file.");
        }

        bool found = false;
        long sections = BitConverter.ToInt64(elf, 0x28);
        int sectionSize = BitConverter.ToUInt16(elf, 0x3a);
        int sectionCount = BitConverter.ToUInt16(elf, 0x3c);
        for (int i = 0; i < sectionCount; i++)
        {
            long section = sections + ((long)i * sectionSize);
            if (BitConverter.ToUInt32(elf, (int)section + 4) != VersionNeedSection)
            {
                continue;
            }

            long need = BitConverter.ToInt64(elf, (int)section + 24);
            long strings = BitConverter.ToInt64(elf, (int)(sections + ((long)BitConverter.ToUInt32(elf, (int)section + 40) * sectionSize)) + 24);
            for (uint files = BitConverter.ToUInt32(elf, (int)section + 44); files > 0; files--)
            {
                long version = need + BitConverter.ToUInt32(elf, (int)need + 8);
                for (int versions = BitConverter.ToUInt16(elf, (int)need + 2); versions > 0; versions--)
                {
                    if (Text(elf, strings + BitConverter.ToUInt32(elf, (int)version + 8)) == Version)
                    {
                        elf[version + 4] |= (byte)WeakFlag;
                        found = true;
                    }

                    version += BitConverter.ToUInt32(elf, (int)version + 12);
                }

                need += BitConverter.ToUInt32(elf, (int)need + 12);
            }
        }

        if (!found)
        {
            throw new InvalidDataException(Source + " does not ask for " + Version + ": this version of TorchSharp needs no help. Delete build/TorchSharpOnOldLinux.targets.");
        }
    }

    private static string Text(byte[] bytes, long start)
    {
        int end = Array.IndexOf(bytes, (byte)0, (int)start);
        return Encoding.ASCII.GetString(bytes, (int)start, end - (int)start);
    }
}
