using System.Text;

namespace OnnxInit.Contracts.Data;

/// <summary>
/// Puts CIFAR-10's files, in whatever order they come, at their place in memory; collects what is wrong with them and reports it at once.
/// </summary>
internal sealed class Cifar10Reader(string source, int recordsPerFile)
{
    /// <summary>What to do without the data set.</summary>
    public const string Remedy = "Get it with 'onnxinit data fetch', name another place with '--data PATH', or use '--data synthetic'.";

    private const string ClassFile = "batches.meta.txt";
    private const int LargestClassFile = 4096;
    private static readonly string[] TrainFiles = [.. Enumerable.Range(1, 5).Select(number => $"data_batch_{number}.bin")];
    private const string TestFile = "test_batch.bin";

    private readonly int _recordSize = 1 + ImageShape.Cifar10.Size;
    private readonly HashSet<string> _seen = [];
    private readonly List<string> _problems = [];
    private ImageSet? _train;
    private ImageSet? _test;
    private string[] _classNames = [];

    /// <summary>The files that make up the data set.</summary>
    public static IReadOnlyList<string> FileNames { get; } = [.. TrainFiles, TestFile, ClassFile];

    /// <summary>The largest file, in bytes.</summary>
    public long LargestFile => Math.Max(BatchSize, LargestClassFile);

    private long BatchSize => (long)recordsPerFile * _recordSize;

    /// <summary>Takes one of the files. A file of a wrong size is reported and not read.</summary>
    /// <param name="name">One of <see cref="FileNames"/>.</param>
    /// <param name="length">Its size in bytes.</param>
    /// <param name="content">Its content.</param>
    public void Read(string name, long length, Stream content)
    {
        if (!_seen.Add(name))
        {
            Report($"{name} is there twice");
        }
        else if (name == ClassFile)
        {
            ReadClassNames(length, content);
        }
        else if (length != BatchSize)
        {
            Report($"{name} has {length:N0} bytes, expected {BatchSize:N0} ({recordsPerFile:N0} records of {_recordSize:N0})");
        }
        else if (name == TestFile)
        {
            ReadBatch(name, content, _test ??= NewSet(recordsPerFile), 0);
        }
        else
        {
            ReadBatch(name, content, _train ??= NewSet(recordsPerFile * TrainFiles.Length), Array.IndexOf(TrainFiles, name) * recordsPerFile);
        }
    }

    /// <summary>Adds to what is wrong.</summary>
    public void Report(string problem) => _problems.Add(problem);

    /// <summary>The data set, when all files have come and nothing is wrong with any.</summary>
    /// <exception cref="InvalidInputException">Something is wrong; all of it is named.</exception>
    public ImageDataset ToDataset()
    {
        string[] missing = [.. FileNames.Where(name => !_seen.Contains(name))];
        if (missing.Length > 0)
        {
            _problems.Insert(0, $"missing {string.Join(", ", missing)}");
        }

        return _problems.Count == 0
            ? new ImageDataset(Cifar10.Name, _classNames, _train!, _test!, Normalization.Cifar10)
            : throw new InvalidInputException($"Cannot read CIFAR-10 from '{source}': {string.Join("; ", _problems)}. {Remedy}");
    }

    private static ImageSet NewSet(int count) =>
        new(ImageShape.Cifar10, GC.AllocateUninitializedArray<byte>(count * ImageShape.Cifar10.Size), new byte[count]);

    private void ReadBatch(string name, Stream content, ImageSet set, int first)
    {
        int imageSize = set.Shape.Size;
        for (int record = 0; record < recordsPerFile; record++)
        {
            Span<byte> label = set.Labels.AsSpan(first + record, 1);
            content.ReadExactly(label);
            content.ReadExactly(set.Pixels.AsSpan((first + record) * imageSize, imageSize));
            if (label[0] >= Cifar10.ClassCount)
            {
                Report($"{name} has label {label[0]} in record {record} (counted from 0), expected 0 to {Cifar10.ClassCount - 1}");
                return;
            }
        }
    }

    private void ReadClassNames(long length, Stream content)
    {
        if (length > LargestClassFile)
        {
            Report($"{ClassFile} has {length:N0} bytes, expected a list of {Cifar10.ClassCount} names");
            return;
        }

        byte[] text = new byte[length];
        content.ReadExactly(text);
        _classNames = Encoding.UTF8.GetString(text).Split('\n', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries);
        if (_classNames.Length != Cifar10.ClassCount)
        {
            Report($"{ClassFile} has {_classNames.Length} names, expected {Cifar10.ClassCount}");
        }
    }
}
