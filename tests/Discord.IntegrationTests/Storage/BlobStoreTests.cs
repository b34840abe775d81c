using System.Security.Cryptography;
using Discord.BuildingBlocks.Files;
using Discord.IntegrationTests.Sites;
using Discord.Modules.Media;
using Discord.Modules.Media.Blobs;
using Discord.Modules.Media.Storage;
using Discord.Modules.Media.Uploads;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Options;
using Xunit;

namespace Discord.IntegrationTests.Storage;

/// <summary>What every blob store must do.</summary>
public abstract class BlobStoreTests : IDisposable
{
    protected string Folder { get; } = Directory.CreateTempSubdirectory("chat-blobs-").FullName;

    private protected abstract IBlobStore Store { get; }

    [Fact]
    public async Task A_blob_is_there_once_it_is_finished()
    {
        var blob = Name(1);
        await using (var draft = Store.Begin())
        {
            await draft.WriteAsync(new byte[] { 1, 2 }, default);
            await draft.WriteAsync(new byte[] { 3 }, default);
            Assert.Null(await Store.OpenAsync(blob, default));
            await draft.FinishAsync(blob, default);
        }

        Assert.Equal([1, 2, 3], await ReadAsync(blob));
    }

    [Fact]
    public async Task A_blob_can_be_read_from_any_place()
    {
        await PutAsync(Name(2), [1, 2, 3, 4]);

        await using var stream = (await Store.OpenAsync(Name(2), default))!;
        stream.Position = 2;

        Assert.Equal((3, 4L), (stream.ReadByte(), stream.Length));
    }

    [Fact]
    public async Task A_draft_that_was_not_finished_leaves_nothing()
    {
        await using (var draft = Store.Begin())
            await draft.WriteAsync(new byte[1000], default);

        Assert.Empty(Directory.EnumerateFiles(Folder, "*", SearchOption.AllDirectories));
    }

    [Fact]
    public async Task Equal_blobs_are_one()
    {
        await PutAsync(Name(3), [7]);
        await PutAsync(Name(3), [7]);

        Assert.Equal([7], await ReadAsync(Name(3)));
        Assert.Single(Directory.EnumerateFiles(Folder, "*", SearchOption.AllDirectories));
    }

    [Fact]
    public async Task A_deleted_blob_is_gone_and_stays_readable_for_those_who_read()
    {
        await PutAsync(Name(4), [9, 9]);
        await using var reader = (await Store.OpenAsync(Name(4), default))!;

        await Store.DeleteAsync(Name(4), default);
        await Store.DeleteAsync(Name(4), default);
        await Store.DeleteAsync(Name(5), default);

        Assert.Null(await Store.OpenAsync(Name(4), default));
        Assert.Equal(9, reader.ReadByte());
    }

    [Fact]
    public async Task Drafts_of_an_earlier_process_are_discarded_and_blobs_are_not()
    {
        await PutAsync(Name(6), [1]);
        var left = Store.Begin();
        await left.WriteAsync(new byte[10], default);

        await Store.DiscardDraftsAsync(default);

        Assert.Single(Directory.EnumerateFiles(Folder, "*", SearchOption.AllDirectories));
        Assert.Equal([1], await ReadAsync(Name(6)));
        await left.DisposeAsync();
    }

    public void Dispose()
    {
        Directory.Delete(Folder, recursive: true);
        GC.SuppressFinalize(this);
    }

    private async Task PutAsync(string blob, byte[] bytes)
    {
        await using var draft = Store.Begin();
        await draft.WriteAsync(bytes, default);
        await draft.FinishAsync(blob, default);
    }

    private async Task<byte[]> ReadAsync(string blob)
    {
        await using var stream = (await Store.OpenAsync(blob, default))!;
        using var copy = new MemoryStream();
        await stream.CopyToAsync(copy);
        return copy.ToArray();
    }

    private static string Name(byte number) => Convert.ToHexStringLower(SHA256.HashData([number]));
}

public sealed class FolderBlobStoreTests : BlobStoreTests
{
    private FolderBlobStore? _store;

    private protected override IBlobStore Store => _store ??= new FolderBlobStore(Folder);
}

/// <summary>Uploads to a store that counts and to one that fails.</summary>
public sealed class FileUploadTests(SqliteSite site) : IClassFixture<SqliteSite>
{
    private const int MaxInMemory = 256 * 1024;

    [Fact]
    public async Task However_long_a_file_is_only_a_piece_of_it_is_in_memory()
    {
        var store = new CountingStore();
        var content = new EndlessStream(300L << 20, store);

        var stored = await (await UploadsAsync(store)).StoreAsync(content, "files[0]", "long.bin", 1L << 30, default);

        using var file = stored.Value;
        Assert.Equal(300L << 20, file.Size);
        // What was read and not yet written, and what was asked for at once.
        Assert.InRange(content.MostUnwritten, 1, MaxInMemory / 4);
        Assert.InRange(content.LargestBuffer, 1, MaxInMemory / 4);
        // And what the connection reads ahead of that.
        var host = await site.SharedHostAsync();
        Assert.InRange(host.Services.GetRequiredService<IOptions<KestrelServerOptions>>().Value.Limits.MaxRequestBufferSize!.Value + content.LargestBuffer, 1, MaxInMemory);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(100_000)]
    public async Task A_disk_that_fills_up_is_a_refusal_and_nothing_stays(long after)
    {
        var store = new CountingStore { FailsAfter = after };

        var stored = await (await UploadsAsync(store)).StoreAsync(new EndlessStream(1 << 20, store), "files[0]", "a.bin", 1L << 30, default);

        Assert.Equal((503, 130000), (stored.Error!.Status, stored.Error.Code));
        Assert.Equal(0, store.OpenDrafts);
        Assert.Equal(0, store.Blobs);
    }

    [Fact]
    public async Task A_disk_that_fills_up_at_the_very_end_is_no_different()
    {
        var store = new CountingStore { FailsAtFinish = true };

        var stored = await (await UploadsAsync(store)).StoreAsync(new EndlessStream(1000, store), "files[0]", "a.bin", 1L << 30, default);

        Assert.Equal(503, stored.Error!.Status);
        Assert.Equal(0, store.OpenDrafts);
    }

    [Fact]
    public async Task A_release_while_the_blob_is_looked_at_is_not_forgotten()
    {
        var services = (await site.SharedHostAsync()).Services;
        var (media, database) = (services.GetRequiredService<MediaStore>(), services.GetRequiredService<BuildingBlocks.Storage.Database>());
        var blob = Convert.ToHexStringLower(SHA256.HashData("released"u8));
        await database.CommitAsync(MediaStore.Doubt(new BuildingBlocks.Storage.WriteUnit(), blob));

        // The keeper found a reference; before it could say so, that was released.
        await database.CommitAsync(MediaStore.Trust(new BuildingBlocks.Storage.WriteUnit(), blob));

        Assert.Contains(blob, await media.DoubtfulAsync("", 1000));
        await database.CommitAsync(MediaStore.Forget(new BuildingBlocks.Storage.WriteUnit(), blob));
    }

    private async Task<IUploads> UploadsAsync(IBlobStore store)
    {
        var services = (await site.SharedHostAsync()).Services;
        var media = services.GetRequiredService<MediaStore>();
        var keeper = new BlobKeeper(store, media, services.GetRequiredService<BuildingBlocks.Storage.Database>(), NullLogger<BlobKeeper>.Instance);
        return new FileUploads(store, keeper, media, services.GetRequiredService<MediaOptions>(), services.GetRequiredService<MediatR.IMediator>(), TimeProvider.System, NullLogger<FileUploads>.Instance);
    }

    /// <summary>Keeps no bytes; knows how many it was given.</summary>
    private sealed class CountingStore : IBlobStore
    {
        public long Written { get; private set; }

        public long FailsAfter { get; init; } = long.MaxValue;

        public bool FailsAtFinish { get; init; }

        public int OpenDrafts { get; private set; }

        public int Blobs { get; private set; }

        public IBlobDraft Begin()
        {
            OpenDrafts++;
            return new Draft(this);
        }

        public ValueTask<Stream?> OpenAsync(string blob, CancellationToken cancellationToken) => ValueTask.FromResult<Stream?>(new MemoryStream());

        public ValueTask DeleteAsync(string blob, CancellationToken cancellationToken) => ValueTask.CompletedTask;

        public ValueTask DiscardDraftsAsync(CancellationToken cancellationToken) => ValueTask.CompletedTask;

        private sealed class Draft(CountingStore store) : IBlobDraft
        {
            public ValueTask WriteAsync(ReadOnlyMemory<byte> bytes, CancellationToken cancellationToken)
            {
                store.Written += bytes.Length;
                return store.Written > store.FailsAfter ? throw new IOException("No space left on device") : ValueTask.CompletedTask;
            }

            public ValueTask FinishAsync(string blob, CancellationToken cancellationToken)
            {
                if (store.FailsAtFinish)
                    throw new IOException("No space left on device");
                store.Blobs++;
                return ValueTask.CompletedTask;
            }

            public ValueTask DisposeAsync()
            {
                store.OpenDrafts--;
                return ValueTask.CompletedTask;
            }
        }
    }

    /// <summary>Zeros, which are never stored anywhere here.</summary>
    private sealed class EndlessStream(long length, CountingStore store) : Stream
    {
        private long _read;

        public long MostUnwritten { get; private set; }

        public int LargestBuffer { get; private set; }

        public override bool CanRead => true;

        public override bool CanSeek => false;

        public override bool CanWrite => false;

        public override long Length => throw new NotSupportedException();

        public override long Position
        {
            get => _read;
            set => throw new NotSupportedException();
        }

        public override ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
        {
            LargestBuffer = Math.Max(LargestBuffer, buffer.Length);
            var count = (int)Math.Min(buffer.Length, length - _read);
            _read += count;
            MostUnwritten = Math.Max(MostUnwritten, _read - store.Written);
            return ValueTask.FromResult(count);
        }

        public override int Read(byte[] buffer, int offset, int count) => throw new NotSupportedException();

        public override void Flush() => throw new NotSupportedException();

        public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

        public override void SetLength(long value) => throw new NotSupportedException();

        public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();
    }
}
