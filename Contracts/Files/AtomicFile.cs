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
    public static void Write(string path, Action<Stream> write) => WriteTogether((path, write));

    /// <summary>
    /// Writes files that belong together: all of them, or none. The last is the one that readers open: it is absent for the moment
    /// in which the others are exchanged, so that nobody finds it beside files that are not its own.
    /// </summary>
    /// <param name="files">The files to make or to replace, and what writes the content of each, in this order. When one throws, no temporary file is left and the old files stay.</param>
    /// <exception cref="InvalidInputException">A folder is missing or read-only, a path is a folder, or the disk is full.</exception>
    public static void WriteTogether(params IReadOnlyList<(string Path, Action<Stream> Write)> files)
    {
        string path = string.Empty;
        List<string> temporaries = [];
        try
        {
            foreach ((string name, Action<Stream> write) in files)
            {
                path = Path.GetFullPath(name);
                Directory.CreateDirectory(Path.GetDirectoryName(path)!);
                temporaries.Add($"{path}.{Environment.ProcessId}{TemporarySuffix}");
                using FileStream stream = new(temporaries[^1], FileMode.Create, FileAccess.Write, FileShare.None, bufferSize: 1 << 16);
                write(stream);
                stream.Flush(flushToDisk: true);
            }

            if (files.Count == 1)
            {
                File.Move(temporaries[0], path, overwrite: true);
            }
            else
            {
                Exchange([.. files.Select((file, i) => (temporaries[i], Path.GetFullPath(file.Path)))], ref path);
            }
        }
        catch (Exception exception)
        {
            temporaries.ForEach(TryDelete);
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

    // Puts the old files aside, the last first, and the new ones in their place; the way back on a failure.
    private static void Exchange(IReadOnlyList<(string Temporary, string Path)> files, ref string path)
    {
        Stack<(string From, string To)> undo = new();
        try
        {
            foreach ((_, string old) in files.Reverse().Where(file => Path.Exists(file.Path)))
            {
                path = old;
                string aside = $"{old}.old.{Environment.ProcessId}{TemporarySuffix}";
                if (Directory.Exists(old))
                {
                    throw new IOException("It is a folder.");
                }

                File.Move(old, aside, overwrite: true);
                undo.Push((aside, old));
            }

            foreach ((string temporary, string place) in files)
            {
                path = place;
                File.Move(temporary, place);
                undo.Push((place, temporary));
            }
        }
        catch
        {
            while (undo.TryPop(out (string From, string To) step))
            {
                File.Move(step.From, step.To);
            }

            throw;
        }

        foreach ((_, string place) in files)
        {
            TryDelete($"{place}.old.{Environment.ProcessId}{TemporarySuffix}");
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
