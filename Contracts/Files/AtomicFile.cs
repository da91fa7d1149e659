using System.Diagnostics;
using System.Globalization;
using System.Text.RegularExpressions;

namespace OnnxInit.Contracts.Files;

/// <summary>
/// Writes files whole or not at all: to a temporary name in the same folder, flushed to the disk, then renamed. A reader,
/// or a process that is killed at any moment, sees the old file or the new one and nothing in between.
/// </summary>
public static partial class AtomicFile
{
    private const string TemporarySuffix = ".part";

    /// <summary>Writes a file through a stream.</summary>
    /// <param name="path">The file to make or to replace; its folder is made when absent.</param>
    /// <param name="write">Writes the content. When it throws, the temporary file is removed and the old file stays.</param>
    /// <exception cref="InvalidInputException">The folder is missing or read-only, the path is a folder, or the disk is full.</exception>
    public static void Write(string path, Action<Stream> write)
    {
        path = Path.GetFullPath(path);
        string temporary = $"{path}.{Environment.ProcessId}{TemporarySuffix}";
        try
        {
            Directory.CreateDirectory(Path.GetDirectoryName(path)!);
            using (FileStream stream = new(temporary, FileMode.Create, FileAccess.Write, FileShare.None, bufferSize: 1 << 16))
            {
                write(stream);
                stream.Flush(flushToDisk: true);
            }

            File.Move(temporary, path, overwrite: true);
        }
        catch (Exception exception)
        {
            TryDelete(temporary);
            if (exception is IOException or UnauthorizedAccessException
                or ArgumentOutOfRangeException { ParamName: "value" }) // .NET's form of EFBIG: beyond what the file system or a quota allows
            {
                throw new InvalidInputException(
                    $"Cannot write '{path}': {exception.Message} Nothing was changed there. Choose another folder, or make room.", exception);
            }

            throw;
        }
    }

    /// <summary>Writes a text file in UTF-8 without a byte order mark.</summary>
    /// <param name="path">The file to make or to replace.</param>
    /// <param name="text">The whole content.</param>
    /// <exception cref="InvalidInputException">The file cannot be written.</exception>
    public static void WriteText(string path, string text) => Write(path, stream => stream.Write(System.Text.Encoding.UTF8.GetBytes(text)));

    /// <summary>Removes the temporary files that processes which were killed while they wrote have left in a folder, and nothing else.</summary>
    /// <param name="folder">A folder; it may be absent.</param>
    public static void RemoveLeftovers(string folder)
    {
        foreach (string file in Directory.Exists(folder) ? Directory.GetFiles(folder, "*" + TemporarySuffix) : [])
        {
            if (Writer().Match(file) is { Success: true } writer && !IsAtWork(writer.Groups[1].Value))
            {
                TryDelete(file);
            }
        }
    }

    [GeneratedRegex(@"\.(\d{1,9})\.part$")]
    private static partial Regex Writer();

    private static bool IsAtWork(string process)
    {
        int id = int.Parse(process, CultureInfo.InvariantCulture);
        if (id == Environment.ProcessId)
        {
            return false; // a process of the same number before this one
        }

        try
        {
            using Process other = Process.GetProcessById(id);
            return !other.HasExited;
        }
        catch (Exception exception) when (exception is ArgumentException or InvalidOperationException or System.ComponentModel.Win32Exception)
        {
            return exception is System.ComponentModel.Win32Exception;
        }
    }

    private static void TryDelete(string path)
    {
        try
        {
            File.Delete(path);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            // The first failure is the one to report.
        }
    }
}
