using System.Runtime.InteropServices;
using Discord.BuildingBlocks.Files;

namespace Discord.Modules.Media.Blobs;

/// <summary>Blobs as files: folder/ab/cdef…, and what is being written in folder/drafts, on the same disk.</summary>
internal sealed partial class FolderBlobStore(string folder) : IBlobStore
{
    private readonly string _drafts = Path.Combine(folder, "drafts");

    public IBlobDraft Begin()
    {
        PrivateFolder.Create(_drafts);
        return new Draft(this, Path.Combine(_drafts, Guid.NewGuid().ToString("N")));
    }

    public ValueTask<Stream?> OpenAsync(string blob, CancellationToken cancellationToken)
    {
        try
        {
            return ValueTask.FromResult<Stream?>(new FileStream(PathOf(blob), new FileStreamOptions { Share = FileShare.Read | FileShare.Delete, Options = FileOptions.Asynchronous }));
        }
        catch (Exception e) when (e is FileNotFoundException or DirectoryNotFoundException)
        {
            return ValueTask.FromResult<Stream?>(null);
        }
    }

    public ValueTask DeleteAsync(string blob, CancellationToken cancellationToken)
    {
        Delete(PathOf(blob));
        return ValueTask.CompletedTask;
    }

    public ValueTask DiscardDraftsAsync(CancellationToken cancellationToken)
    {
        if (Directory.Exists(_drafts))
            Directory.Delete(_drafts, recursive: true);
        return ValueTask.CompletedTask;
    }

    private string PathOf(string blob) => Path.Combine(folder, blob[..2], blob[2..]);

    private static void Delete(string path)
    {
        try
        {
            File.Delete(path);
        }
        catch (DirectoryNotFoundException)
        {
            // With its folder, then.
        }
    }

    // A renamed file survives a loss of power only when its folder is on the disk, too. Windows has no such call and needs none.
    private static void Flush(string path)
    {
        if (OperatingSystem.IsWindows())
            return;
        const int ReadOnly = 0;
        var descriptor = Open(path, ReadOnly);
        if (descriptor < 0)
            throw new IOException($"The folder {path} cannot be opened ({Marshal.GetLastPInvokeError()}).");
        var synced = Sync(descriptor);
        _ = Close(descriptor);
        if (synced < 0)
            throw new IOException($"The folder {path} cannot be written to the disk.");
    }

    [LibraryImport("libc", EntryPoint = "open", StringMarshalling = StringMarshalling.Utf8, SetLastError = true)]
    private static partial int Open(string path, int flags);

    [LibraryImport("libc", EntryPoint = "fsync")]
    private static partial int Sync(int descriptor);

    [LibraryImport("libc", EntryPoint = "close")]
    private static partial int Close(int descriptor);

    private sealed class Draft(FolderBlobStore store, string path) : IBlobDraft
    {
        private readonly FileStream _file = Create(path);

        private bool _finished;

        public ValueTask WriteAsync(ReadOnlyMemory<byte> bytes, CancellationToken cancellationToken) => _file.WriteAsync(bytes, cancellationToken);

        public async ValueTask FinishAsync(string blob, CancellationToken cancellationToken)
        {
            var target = store.PathOf(blob);
            if (File.Exists(target))
                return;
            _file.Flush(flushToDisk: true);
            await _file.DisposeAsync();
            var shelf = Path.GetDirectoryName(target)!;
            var isNew = !Directory.Exists(shelf);
            PrivateFolder.Create(shelf);
            File.Move(path, target, overwrite: true);
            _finished = true;
            Flush(shelf);
            if (isNew)
                Flush(Path.GetDirectoryName(shelf)!);
        }

        public async ValueTask DisposeAsync()
        {
            await _file.DisposeAsync();
            if (!_finished)
                Delete(path);
        }

        private static FileStream Create(string path)
        {
            // Unbuffered: what comes is in pieces already.
            var options = new FileStreamOptions { Mode = FileMode.CreateNew, Access = FileAccess.Write, BufferSize = 0, Options = FileOptions.Asynchronous };
            if (!OperatingSystem.IsWindows())
                options.UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite;
            return new FileStream(path, options);
        }
    }
}
