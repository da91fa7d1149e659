using System.Buffers.Binary;
using System.Text;

namespace OnnxInit.Tests.Build;

/// <summary>
/// A 64-bit little-endian ELF file that holds nothing but version requirements: its header, the strings (<c>.dynstr</c>), the requirements
/// (<c>.gnu.version_r</c>) and the table of these sections. Source: the System V gABI; the Linux Standard Base, "Symbol Versioning".
/// </summary>
internal static class ElfFile
{
    private const int HeaderSize = 64;
    private const int SectionSize = 64;
    private const int EntrySize = 16; // Elf64_Verneed and Elf64_Vernaux alike

    /// <summary>Composes a file.</summary>
    /// <param name="needs">By library: the versions that it must provide, with their vna_flags.</param>
    public static byte[] Compose(params (string Library, (string Version, ushort Flags)[] Versions)[] needs)
    {
        MemoryStream strings = new();
        strings.WriteByte(0);
        byte[] need = new byte[EntrySize * (needs.Length + needs.Sum(library => library.Versions.Length))];
        int auxiliary = EntrySize * needs.Length; // every Elf64_Verneed, then every Elf64_Vernaux
        for (int i = 0; i < needs.Length; i++)
        {
            (string library, (string Version, ushort Flags)[] versions) = needs[i];
            Span<byte> entry = need.AsSpan(i * EntrySize, EntrySize);
            BinaryPrimitives.WriteUInt16LittleEndian(entry, 1); // vn_version
            BinaryPrimitives.WriteUInt16LittleEndian(entry[2..], (ushort)versions.Length); // vn_cnt
            BinaryPrimitives.WriteInt32LittleEndian(entry[4..], Add(library)); // vn_file
            BinaryPrimitives.WriteInt32LittleEndian(entry[8..], auxiliary - (i * EntrySize)); // vn_aux
            BinaryPrimitives.WriteInt32LittleEndian(entry[12..], i == needs.Length - 1 ? 0 : EntrySize); // vn_next
            for (int j = 0; j < versions.Length; j++)
            {
                entry = need.AsSpan(auxiliary, EntrySize);
                BinaryPrimitives.WriteUInt32LittleEndian(entry, 0xAAAAAAAA); // vna_hash
                BinaryPrimitives.WriteUInt16LittleEndian(entry[4..], versions[j].Flags); // vna_flags
                BinaryPrimitives.WriteUInt16LittleEndian(entry[6..], (ushort)(j + 2)); // vna_other
                BinaryPrimitives.WriteInt32LittleEndian(entry[8..], Add(versions[j].Version)); // vna_name
                BinaryPrimitives.WriteInt32LittleEndian(entry[12..], j == versions.Length - 1 ? 0 : EntrySize); // vna_next
                auxiliary += EntrySize;
            }
        }

        int needStart = HeaderSize + (int)strings.Length;
        byte[] header = [0x7f, (byte)'E', (byte)'L', (byte)'F', 2, 1, 1, .. new byte[HeaderSize - 7]];
        BinaryPrimitives.WriteInt64LittleEndian(header.AsSpan(0x28), needStart + need.Length); // e_shoff
        BinaryPrimitives.WriteUInt16LittleEndian(header.AsSpan(0x3a), SectionSize); // e_shentsize
        BinaryPrimitives.WriteUInt16LittleEndian(header.AsSpan(0x3c), 3); // e_shnum
        byte[] none = new byte[SectionSize];
        byte[] texts = Section(type: 3, HeaderSize, (int)strings.Length, link: 0, info: 0);
        byte[] versionNeed = Section(type: 0x6ffffffe, needStart, need.Length, link: 1, info: needs.Length);
        return [.. header, .. strings.ToArray(), .. need, .. none, .. texts, .. versionNeed];

        int Add(string text)
        {
            int start = (int)strings.Length;
            strings.Write(Encoding.ASCII.GetBytes(text + "\0"));
            return start;
        }
    }

    /// <summary>Where the only occurrence of a version's Elf64_Vernaux has its vna_flags.</summary>
    /// <param name="versionIndex">Counted over all libraries.</param>
    /// <param name="libraries">How many there are.</param>
    /// <param name="elf">The file.</param>
    public static int FlagsOffset(byte[] elf, int libraries, int versionIndex)
    {
        int table = (int)BinaryPrimitives.ReadInt64LittleEndian(elf.AsSpan(0x28));
        int need = (int)BinaryPrimitives.ReadInt64LittleEndian(elf.AsSpan(table + (2 * SectionSize) + 24));
        return need + (EntrySize * (libraries + versionIndex)) + 4;
    }

    private static byte[] Section(uint type, int offset, int size, int link, int info)
    {
        byte[] section = new byte[SectionSize];
        BinaryPrimitives.WriteUInt32LittleEndian(section.AsSpan(4), type); // sh_type
        BinaryPrimitives.WriteInt64LittleEndian(section.AsSpan(24), offset); // sh_offset
        BinaryPrimitives.WriteInt64LittleEndian(section.AsSpan(32), size); // sh_size
        BinaryPrimitives.WriteInt32LittleEndian(section.AsSpan(40), link); // sh_link
        BinaryPrimitives.WriteInt32LittleEndian(section.AsSpan(44), info); // sh_info
        return section;
    }
}
