using System.IO.Compression;
using System.Text;
using OnnxInit.Contracts;
using OnnxInit.Contracts.Data;

namespace OnnxInit.Tests.Data;

public sealed class Cifar10Tests : IDisposable
{
    private const string Remedy = "Get it with 'onnxinit data fetch', name another place with '--data PATH', or use '--data synthetic'.";
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void Labels_and_pixels_come_in_the_order_of_the_files()
    {
        Dictionary<string, byte[]> files = SmallCifar10.Files();
        ImageDataset dataset = SmallCifar10.Load(SmallCifar10.WriteFolder(_folder.Path, files));

        dataset.Name.Should().Be("cifar10");
        dataset.ClassNames.Should().Equal(SmallCifar10.ClassNames);
        dataset.Normalization.Should().Be(Normalization.Cifar10);
        dataset.Train.Count.Should().Be(5 * SmallCifar10.Records);
        dataset.Test.Count.Should().Be(SmallCifar10.Records);
        for (int i = 0; i < dataset.Train.Count; i++)
        {
            ReadOnlySpan<byte> record = files[$"data_batch_{(i / SmallCifar10.Records) + 1}.bin"].AsSpan(i % SmallCifar10.Records * SmallCifar10.RecordSize, SmallCifar10.RecordSize);
            dataset.Train.Labels[i].Should().Be(record[0]);
            dataset.Train.Image(i).SequenceEqual(record[1..]).Should().BeTrue();
        }

        dataset.Test.Image(2).SequenceEqual(files["test_batch.bin"].AsSpan((2 * SmallCifar10.RecordSize) + 1)).Should().BeTrue();
    }

    [Fact]
    public void Folder_folder_above_and_archive_hold_the_same_data()
    {
        string folder = SmallCifar10.WriteFolder(_folder["above", Cifar10.FolderName], SmallCifar10.Files());
        string archive = SmallCifar10.WriteOfficialArchive(_folder[Cifar10.ArchiveName]);

        string digest = SmallCifar10.Load(folder).Digest;

        SmallCifar10.Load(_folder["above"]).Digest.Should().Be(digest);
        SmallCifar10.Load(archive).Digest.Should().Be(digest);
    }

    [Fact]
    public void Everything_wrong_is_named_at_once()
    {
        Dictionary<string, byte[]> files = SmallCifar10.Files();
        files.Remove("data_batch_2.bin");
        files.Remove("test_batch.bin");
        files["data_batch_1.bin"] = files["data_batch_1.bin"][..^1];
        files["data_batch_4.bin"] = [.. files["data_batch_4.bin"], 0];
        files["data_batch_5.bin"][2 * SmallCifar10.RecordSize] = 10;
        files["batches.meta.txt"] = Encoding.UTF8.GetBytes("airplane\nautomobile\n");
        SmallCifar10.WriteFolder(_folder.Path, files);

        Action load = () => SmallCifar10.Load(_folder.Path);

        load.Should().Throw<InvalidInputException>().WithMessage(
            $"Cannot read CIFAR-10 from '{_folder.Path}': missing data_batch_2.bin, test_batch.bin; "
            + "data_batch_1.bin has 9,218 bytes, expected 9,219 (3 records of 3,073); "
            + "data_batch_4.bin has 9,220 bytes, expected 9,219 (3 records of 3,073); "
            + "data_batch_5.bin has label 10 in record 2 (counted from 0), expected 0 to 9; "
            + "batches.meta.txt has 2 names, expected 10. " + Remedy);
    }

    [Fact]
    public void Files_of_the_real_size_are_expected_from_the_public_entry()
    {
        SmallCifar10.WriteFolder(_folder.Path, SmallCifar10.Files());

        Action load = () => Cifar10.Load(_folder.Path);

        load.Should().Throw<InvalidInputException>().WithMessage("*data_batch_1.bin has 9,219 bytes, expected 30,730,000 (10,000 records of 3,073)*");
    }

    [Fact]
    public void The_python_version_is_recognised()
    {
        File.WriteAllText(_folder["data_batch_1"], "");

        Action load = () => SmallCifar10.Load(_folder.Path);

        load.Should().Throw<InvalidInputException>().WithMessage("*missing data_batch_1.bin, *; data_batch_1 without .bin belongs to the Python version, and the binary version is read. *");
    }

    [Fact]
    public void A_path_that_does_not_exist_is_an_error()
    {
        Action load = () => Cifar10.Load("/no/such/place");

        load.Should().Throw<InvalidInputException>().WithMessage(
            "'/no/such/place' does not exist; expected CIFAR-10 as the folder cifar-10-batches-bin, a folder that contains it, or cifar-10-binary.tar.gz. " + Remedy);
    }

    [Theory]
    [InlineData("../")]
    [InlineData("../../etc/")]
    [InlineData("/")]
    [InlineData("cifar-10-batches-bin/../")]
    [InlineData("elsewhere/")]
    public void Archive_members_at_other_paths_are_not_read(string prefix)
    {
        string archive = SmallCifar10.WriteArchive(_folder["a.tar.gz"], SmallCifar10.Files().Select(file => KeyValuePair.Create(prefix + file.Key, file.Value)));

        Action load = () => SmallCifar10.Load(archive);

        load.Should().Throw<InvalidInputException>().WithMessage("*missing data_batch_1.bin, data_batch_2.bin, data_batch_3.bin, data_batch_4.bin, data_batch_5.bin, test_batch.bin, batches.meta.txt. *");
        Directory.GetFileSystemEntries(_folder.Path).Should().Equal(archive);
    }

    [Fact]
    public void An_oversized_archive_member_is_refused_before_it_is_read()
    {
        string archive = SmallCifar10.WriteArchive(_folder["a.tar.gz"], [new("bomb", new byte[9220]), .. SmallCifar10.Files()]);

        Action load = () => SmallCifar10.Load(archive);

        load.Should().Throw<InvalidInputException>().WithMessage($"'{archive}' has a member 'bomb' of 9,220 bytes; expected at most 9,219. *");
    }

    [Fact]
    public void A_file_that_comes_twice_in_an_archive_is_an_error()
    {
        string archive = SmallCifar10.WriteArchive(_folder["a.tar.gz"], [.. SmallCifar10.Files(), .. SmallCifar10.Files().Take(2)]);

        Action load = () => SmallCifar10.Load(archive);

        load.Should().Throw<InvalidInputException>().WithMessage($"Cannot read CIFAR-10 from '{archive}': batches.meta.txt is there twice; data_batch_1.bin is there twice. *");
    }

    [Fact]
    public void A_file_that_is_no_gzip_is_an_error()
    {
        File.WriteAllText(_folder["a.tar.gz"], "<html>not found</html>");

        Action load = () => SmallCifar10.Load(_folder["a.tar.gz"]);

        load.Should().Throw<InvalidInputException>().WithMessage($"'{_folder["a.tar.gz"]}' is no gzip file: it does not begin with the bytes 1f 8b. *");
    }

    [Fact]
    public void A_gzip_file_that_holds_no_tar_is_an_error()
    {
        using (GZipStream gzip = new(File.Create(_folder["a.tar.gz"]), CompressionLevel.Fastest))
        {
            gzip.Write(Encoding.ASCII.GetBytes(string.Concat(Enumerable.Repeat("no tar at all ", 200))));
        }

        Action load = () => SmallCifar10.Load(_folder["a.tar.gz"]);

        load.Should().Throw<InvalidInputException>().WithMessage("*is damaged, or no tar inside a gzip file: *");
    }

    [Theory]
    [InlineData(0.3)]
    [InlineData(0.9)]
    [InlineData(0.99)]
    public void A_cut_archive_is_an_error(double part)
    {
        string archive = SmallCifar10.WriteOfficialArchive(_folder["a.tar.gz"]);
        byte[] whole = File.ReadAllBytes(archive);
        File.WriteAllBytes(archive, whole[..(int)((whole.Length - 4) * part)]);

        Action load = () => SmallCifar10.Load(archive);

        load.Should().Throw<InvalidInputException>();
    }

    [Fact]
    public void A_damaged_byte_in_an_archive_is_an_error()
    {
        string archive = SmallCifar10.WriteOfficialArchive(_folder["a.tar.gz"]);
        byte[] whole = File.ReadAllBytes(archive);
        whole[whole.Length / 2] ^= 1;
        File.WriteAllBytes(archive, whole);

        Action load = () => SmallCifar10.Load(archive);

        load.Should().Throw<InvalidInputException>();
    }
}
