# Installs anvil-sqlite on Windows: downloads the release, checks it against SHA256SUMS, refuses what differs.
#
#   $env:ANVIL_SQLITE_VERSION   a version such as 0.1.0 instead of the latest
#   $env:ANVIL_SQLITE_BIN_DIR   where the program goes; without it %LOCALAPPDATA%\Programs\anvil-sqlite
#   $env:ANVIL_SQLITE_BASE_URL  another place with the files of a release: https, or http on this machine
$ErrorActionPreference = 'Stop'
# Invoke-WebRequest in Windows PowerShell is slow while it draws its progress bar.
$ProgressPreference = 'SilentlyContinue'
[Net.ServicePointManager]::SecurityProtocol = [Net.ServicePointManager]::SecurityProtocol -bor [Net.SecurityProtocolType]::Tls12

function Install-AnvilSqlite {
  $repository = 'anvil-sqlite/anvil-sqlite'
  $releases = "https://github.com/$repository/releases"
  $base = "$releases/latest/download"
  if ($env:ANVIL_SQLITE_VERSION) { $base = "$releases/download/v$($env:ANVIL_SQLITE_VERSION.TrimStart('v'))" }
  if ($env:ANVIL_SQLITE_BASE_URL) { $base = $env:ANVIL_SQLITE_BASE_URL }
  if ($base -notmatch '^(https://|http://(127\.0\.0\.1|localhost|\[::1\]):)') {
    throw "ANVIL_SQLITE_BASE_URL must begin with https://: $base"
  }

  # ARM64 Windows runs x86_64 programs.
  $name = 'anvil-sqlite-x86_64-windows'
  $archive = "$name.zip"
  $folder = $env:ANVIL_SQLITE_BIN_DIR
  if (-not $folder) { $folder = Join-Path $env:LOCALAPPDATA 'Programs\anvil-sqlite' }
  $work = Join-Path ([IO.Path]::GetTempPath()) ([IO.Path]::GetRandomFileName())
  New-Item -ItemType Directory -Path $work | Out-Null
  try {
    Invoke-WebRequest -UseBasicParsing -Uri "$base/SHA256SUMS" -OutFile "$work\SHA256SUMS"
    Invoke-WebRequest -UseBasicParsing -Uri "$base/$archive" -OutFile "$work\$archive"
    $expected = Get-Content "$work\SHA256SUMS" |
      Where-Object { ($_ -split '\s+', 2)[1].TrimStart('*') -eq $archive } |
      ForEach-Object { ($_ -split '\s+', 2)[0] }
    if (-not $expected) { throw "SHA256SUMS does not name ${archive}: nothing was installed" }
    $actual = (Get-FileHash -Algorithm SHA256 "$work\$archive").Hash
    if ($actual -ne $expected) {
      throw "$archive is not the released file (SHA-256 $actual, expected $expected): nothing was installed"
    }
    Expand-Archive -Path "$work\$archive" -DestinationPath $work
    New-Item -ItemType Directory -Force -Path $folder | Out-Null
    Copy-Item -Force "$work\$name\anvil-sqlite.exe" (Join-Path $folder 'anvil-sqlite.exe')
  } finally {
    Remove-Item -Recurse -Force $work
  }

  Write-Output "Installed $(Join-Path $folder 'anvil-sqlite.exe')"
  if (($env:Path -split ';') -notcontains $folder) { Write-Output "Put $folder into your Path, then try: anvil-sqlite demo" }
}

Install-AnvilSqlite
