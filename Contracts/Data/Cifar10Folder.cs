namespace OnnxInit.Contracts.Data;

/// <summary>Feeds CIFAR-10's files from a folder to the reader.</summary>
internal static class Cifar10Folder
{
    private const int BufferSize = 1 << 18;

    /// <summary>Reads the files of a folder, or of the folder <c>cifar-10-batches-bin</c> in it.</summary>
    public static void Read(string path, Cifar10Reader reader)
    {
        string inside = Path.Combine(path, Cifar10.FolderName);
        string folder = Directory.Exists(inside) ? inside : path;
        foreach (string name in Cifar10Reader.FileNames)
        {
            string file = Path.Combine(folder, name);
            if (File.Exists(file))
            {
                using FileStream stream = new(file, FileMode.Open, FileAccess.Read, FileShare.Read, BufferSize, FileOptions.SequentialScan);
                reader.Read(name, stream.Length, stream);
            }
            else if (File.Exists(Path.ChangeExtension(file, null)))
            {
                reader.Report($"{Path.GetFileNameWithoutExtension(name)} without .bin belongs to the Python version, and the binary version is read");
            }
        }
    }
}
