using System.Runtime.InteropServices;
using FsCheck;
using FsCheck.Fluent;
using FsCheck.Xunit;
using OnnxInit.Contracts.Safetensors;

namespace OnnxInit.Tests.Safetensors;

public sealed class SafetensorsRoundTripTests : IDisposable
{
    private readonly SafetensorsBytes _bytes = new();

    public void Dispose() => _bytes.Dispose();

    [Fact]
    public void Every_type_comes_back_with_its_bytes()
    {
        SafetensorsTensor[] tensors = [.. Enum.GetValues<SafetensorsType>().Select(type =>
            new SafetensorsTensor(type.Spelling(), type, [3], stream => stream.Write([.. Enumerable.Range(0, 3 * type.Size()).Select(value => (byte)value)])))];

        SafetensorsWriter.Save(_bytes.Path, tensors);

        using SafetensorsFile file = SafetensorsFile.Open(_bytes.Path);
        file.Tensors.Count.Should().Be(15);
        foreach (SafetensorsTensor tensor in tensors)
        {
            byte[] found = new byte[3 * tensor.Type.Size()];
            file.Read(tensor.Name, found);
            found.Should().Equal(Enumerable.Range(0, found.Length).Select(value => (byte)value));
            file.Tensors[tensor.Name].Type.Should().Be(tensor.Type);
        }
    }

    [Fact]
    public void Every_type_with_a_CSharp_type_comes_back_with_its_values()
    {
        ComesBack(true, false);
        ComesBack(byte.MinValue, byte.MaxValue);
        ComesBack(sbyte.MinValue, sbyte.MaxValue);
        ComesBack(short.MinValue, short.MaxValue);
        ComesBack(ushort.MinValue, ushort.MaxValue);
        ComesBack(int.MinValue, int.MaxValue);
        ComesBack(uint.MinValue, uint.MaxValue);
        ComesBack(long.MinValue, long.MaxValue);
        ComesBack(ulong.MinValue, ulong.MaxValue);
        ComesBack(Half.MinValue, Half.NaN);
        ComesBack(float.Epsilon, float.NaN, -0f);
        ComesBack(double.Epsilon, double.NegativeInfinity);
    }

    [Fact]
    public void Alignments_are_kept_whatever_the_names()
    {
        SafetensorsWriter.Save(_bytes.Path, [.. Enum.GetValues<SafetensorsType>().Select(type => new SafetensorsTensor(type.ToString(), type, [1], stream => stream.Write(new byte[type.Size()])))]);

        using SafetensorsFile file = SafetensorsFile.Open(_bytes.Path);
        file.Tensors.Values.Should().OnlyContain(entry => entry.Offset % entry.Type.Size() == 0);
    }

    [Property(MaxTest = 200)]
    public Property Names_shapes_values_and_metadata_come_back()
    {
        Gen<string> name = Gen.Elements("a", "fc1.weight", "größe", "重み", "\U0001F600", "\"quoted\"\\", "line\nbreak", "\0", " ", "");
        Gen<long[]> shape = Gen.ArrayOf(Gen.Choose(0, 4).Select(size => (long)size)).Resize(4);
        Gen<(string Name, long[] Shape)> tensor = name.Zip(shape);
        return Prop.ForAll(Gen.ArrayOf(tensor).Zip(Gen.ArrayOf(name.Zip(name))).ToArbitrary(), sample =>
        {
            (string Name, long[] Shape, float[] Values)[] tensors =
                [.. sample.Item1.DistinctBy(item => item.Name).Select((item, index) => (item.Name, item.Shape, Values(item.Shape, index)))];
            Dictionary<string, string> metadata = sample.Item2.DistinctBy(pair => pair.Item1).ToDictionary(pair => pair.Item1, pair => pair.Item2);

            SafetensorsWriter.Save(_bytes.Path, tensors.Select(item => SafetensorsTensor.Create(item.Name, item.Shape, item.Values)), metadata);

            using SafetensorsFile file = SafetensorsFile.Open(_bytes.Path);
            file.Metadata.Should().BeEquivalentTo(metadata);
            file.Tensors.Keys.Should().BeEquivalentTo(tensors.Select(item => item.Name));
            foreach ((string key, long[] sizes, float[] values) in tensors)
            {
                file.Tensors[key].Shape.Should().Equal(sizes);
                file.Read<float>(key).Should().Equal(values);
            }
        });

        static float[] Values(long[] shape, int index) => [.. Enumerable.Range(0, (int)shape.Aggregate(1L, (product, size) => product * size)).Select(value => value + (0.5f * index))];
    }

    [Fact]
    public void A_part_of_a_tensor_can_be_read()
    {
        SafetensorsWriter.Save(_bytes.Path, [SafetensorsTensor.Create("x", [5], new byte[] { 1, 2, 3, 4, 5 })]);
        using SafetensorsFile file = SafetensorsFile.Open(_bytes.Path);
        byte[] part = new byte[2];

        file.ReadPart("x", 3, part);

        part.Should().Equal(4, 5);
        FluentActions.Invoking(() => file.ReadPart("x", 4, part)).Should().Throw<ArgumentOutOfRangeException>()
            .WithMessage("Tensor 'x' has 5 bytes; 2 from byte 4 do not lie inside.*");
    }

    [Fact]
    public void A_file_above_4_GB_is_read_without_loading_it()
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "NTFS would write the 5 GB of zeros.");
        const long hole = 5L << 30;
        string header = """{"hole":{"dtype":"U8","shape":[5368709120],"data_offsets":[0,5368709120]},"x":{"dtype":"F32","shape":[1],"data_offsets":[5368709120,5368709124]}}""";
        byte[] start = SafetensorsBytes.Compose(header);
        using (FileStream stream = File.Create(_bytes.Path))
        {
            // A sparse file: only its ends take room on the disk.
            stream.Write(start);
            stream.Position = start.Length + hole;
            stream.Write([0, 0, 128, 63]);
        }

        using SafetensorsFile file = SafetensorsFile.Open(_bytes.Path);
        byte[] last = [1];
        file.ReadPart("hole", hole - 1, last);

        file.Read<float>("x").Should().Equal(1);
        last.Should().Equal(0);
        FluentActions.Invoking(() => file.Read<byte>("hole")).Should().Throw<Contracts.InvalidInputException>()
            .WithMessage($"Tensor 'hole' in '{_bytes.Path}' has 5368709120 elements; expected at most 2147483591 to read at once. Read it piece by piece.");
    }

    private void ComesBack<T>(params T[] values)
        where T : unmanaged
    {
        SafetensorsWriter.Save(_bytes.Path, [SafetensorsTensor.Create("x", [values.Length], values)]);
        using SafetensorsFile file = SafetensorsFile.Open(_bytes.Path);
        MemoryMarshal.AsBytes<T>(file.Read<T>("x")).ToArray().Should().Equal(MemoryMarshal.AsBytes<T>(values).ToArray());
    }
}
