"""English words of at most ten letters, so that training sees what a person types, not only random letters."""

WORDS = """
a able about above accept across action add after again age agree air all allow almost alone along already also always
am among an and animal answer any apple april arm around arrive art as ask at attention autumn away baby back backend
bad bag balance ball banana bank base be beach bean bear beautiful because become bed bee before begin behind believe
bell best better between big bird birthday black block blood blue boat body book born both bottle bottom box boy branch
brave bread break breakfast bridge bright bring brother brown build bus busy butter button buy by cache cake call calm
camera can candle car card care carry castle cat catch center chair chance change cheese cherry chicken child choose
circle city class clean clear climb clock close cloud coat code coffee cold color come common compute cook cool copy
corner count country cover cow create cross cup cut dance danger dark date daughter day dear decide deep deer desk
device different dinner do doctor dog dollar door double down dragon draw dream dress drink drive dry duck each ear
early earth east easy eat edge egg eight elephant eleven empty end engine english enough enter evening every example
eye face fall family famous far farm fast father feel few field fight fill final find finger finish fire first fish
five flag float floor flower fly follow food foot for forest forget fork forward four fox free fresh friday friend from
fruit full fun game garden gate generate gentle get giraffe girl give glass go gold good grape grass gray great green
ground group grow guess guitar hair half hall hand happen happy hard hat have he head health hear heart heavy height
hello help here high hill hint history hold holiday home honey hope horse hot hour house how hundred hungry hurry ice
idea if ill imagine in index inside iron island it jacket jam january join joy juice july jump june just keep kernel key
king kitchen kite knee knife know lady lake lamp land language large last late laugh layer lead leaf learn leave left
lemon lesson letter level library life light like lime line lion list listen little live logic long look lose lot love
low lucky lunch machine magic make man mango many map march market mask match matrix matter may maybe me meal mean meat
medal meet melon memory metal middle milk million mind minute mirror model moment monday money monkey month moon more
morning most mother mountain mouse mouth move much museum music must my name narrow nature near neck need nest never
new next nice night nine no noise noon north nose not note nothing november now number nurse ocean of off offer office
often oil old on once one onion only open or orange order other our out over owner page pain paint pair palace pan
paper parent park part party pass past path pay peace peach pear pen pencil people pepper person phone photo piano
picture piece pig pilot pink place plan planet plant plate play please pocket point police pony poor potato pound power
present pretty price print prize problem proud pull purple push put python quarter queen query question quick quiet
rabbit race radio rain random reach read ready real reason recall red registry remember rest return reverse rice rich
ride right ring river road robot rock roof room rose round rule run sad safe sail salad salt same sand saturday save
say scale school science sea search season seat second secret see seed select sell send sentence september seven shade
shadow shape share sharp she sheep ship shirt shoe shop short shoulder show shut side silver simple sing sister sit six
size skill skin sky sleep slow small smile snake snow so soap soft soldier some son song soon sort sound soup south
space speak special spell spend spoon sport spring square star start station stay steel step still stone stop store
story strange strawberry street strong student study success sugar summer sun sunday supper sure sweet swim system
table tail take talk tall tea teach tell ten tensor test thank that the there they thin thing think third this thousand
three thursday ticket tiger time tired to today together token tomato tomorrow tooth top touch toward tower town toy
train travel tree triangle trip true trust try tuesday turn twelve twenty two uncle under until up use useful valley
value vector very village visit voice wait walk wall want warm wash watch water wave way we weather wednesday week
weight well west what wheat wheel when where which while white who why wide wild will win wind window winter wise wish
with wolf woman wonder wood word work world worry write wrong yard year yellow yes yesterday you young zebra zero zoo
""".split()
