"""Forenames that are common in England, and words that look like parts of a name and are none.

The forenames are a choice from the baby names of the Office for National Statistics, from several decades, with common
names of staff who came from elsewhere. They are lower case. A name that is missing here is still seen by what stands
beside it.
"""

FORENAMES = frozenset(
    """
    aaron abdul abdullah abena abigail abiola abu ada adam ade adebayo adele aderonke adrian agnes ahmed aidan
    aisha ajay akosua alan albert alex alexander alexandra alfie ali alice alicia alison alistair amanda amara
    amber amelia amina amir amit amjad amy ana anastasia andrea andrew andrzej aneta angela angus anil anita
    anjali ann anna anne annette anthony antonio anwar archie arif arjun arthur arun asha ashley asif asma
    audrey ava ayesha ayo azhar barbara barry beata beatrice becky belinda ben benjamin bernadette beth bethany
    beverley bilal blessing bola bradley brenda brian bridget bronwen bryan callum cameron carl carla carlos
    carmen carol caroline carolyn catherine cathy cecilia charles charlie charlotte cheryl chidi chinedu chioma
    chloe chris christian christina christine christopher claire clare claudia clive colin connor craig cynthia
    daisy daljit damian daniel daniela danielle danny darren dave david dawn dean deborah debra declan deepa
    deepak delroy denise dennis derek diana diane dinesh dominic donald donna dorothy douglas duncan dylan ebony
    edith edward edwin efua eileen elaine eleanor elena elizabeth ella ellen ellie elsie emeka emily emma
    emmanuel eric erin ernest esther ethan eva evelyn evie ewa ewan eze fabian fahad faisal faith farah farhan
    farida fatima fatou fay felicity femi fiona florence folake frances francesca francis frank fred freddie
    freya funmi gabriel gareth gary gavin gemma geoffrey george georgia georgina gerald gerard gillian gina
    giovanni giulia glen gloria gordon grace graham grant greg gregory gurpreet guy gwen hafsa hamid hamza
    hannah haroon harpreet harriet harry harvey hasan hassan hayley hazel heather heidi helen henry hilary holly
    hope howard hugh hussain ian ibrahim ifeanyi ifeoma ikram imogen imran ines ingrid irene irina iris isaac
    isabel isabella isla ismail ivan ivy iwona jack jackie jacob jacqueline jade jagdeep jaime jakub james jamie
    jan jane janet janice jasmin jasmine jason jaspreet javed jay jayne jean jeffrey jemma jenna jennifer jenny
    jeremy jerome jerzy jessica jill jim jo joan joanna joanne joe joel john jonathan jordan jose joseph
    josephine josh joshua joy joyce juan judith julia julian julie juliet june justin kabir kamal kamran karen
    karim karl karolina katarzyna kate katherine kathleen kathryn katie kavita kay kayleigh keith kelly kemi ken
    kenneth kerry kevin khadija khalid kieran kim kimberley kiran kirsty kofi krishna kristina krzysztof kuldeep
    kumar kwame kyle lakshmi lana laura lauren lawrence leah leanne lee leila lena leo leon leonard leroy lesley
    leslie lewis liam lillian lily linda lindsay lindsey lisa liz lloyd logan lola lorna lorraine louis louise
    luca lucas lucy luis luke lydia lynn lynne magdalena mahmood mahmoud malcolm malgorzata mandeep mandy manjit
    marcin marco marcus margaret maria marian marie marilyn mario marion mark marlene marta martha martin martyn
    mary maryam mateusz matthew maureen max maya megan mehmet mei melanie melissa mercy mia michael michal
    michelle mike miriam mohamed mohammad mohammed mohan moira molly monica monika morgan muhammad musa mustafa
    myra nabila nadia nadine naheed naomi nargis natalia natalie natasha nathan navdeep neha neil nelson ngozi
    niamh nicholas nick nicola nicole nigel nikhil nisha noah noel noor nora norma norman nuala obinna olga
    oliver olivia olu olufemi oluwaseun omar oscar osman owen pamela parveen patience patricia patrick paul
    paula pauline pavel pawel pedro peggy penelope peter philip philippa phillip phoebe phyllis piotr pooja
    poppy pradeep prakash praveen precious priscilla priti priya rabia rachael rachel rafael rahul raj raja
    rajesh rajinder rakesh ralph ram ramesh randeep rani rashid ravi ray raymond rebecca reena rehana rhys
    richard rita rob robert roberta robin rocio roger rohan roisin roland ronald rosa rosalind rose rosemary
    rosie ross rowan roxanne roy ruby rupert russell ruth ryan saba sabina sabrina sadia sadiq saeed saima sajid
    salim sally salman sam samantha samina samira samuel sana sandeep sandra sangeeta sanjay sara sarah saskia
    sathish scott sean sebastian selina shabana shah shahid shane shannon sharon shaun shazia sheila shelley
    shirley shreya sian sidra silvia simon simone siobhan sofia sonia sophia sophie stacey stanley stefan stella
    stephanie stephen steve steven stewart stuart sue sukhdeep sukhvinder sumaira sunil sunita suresh susan
    suzanne svetlana sylvia tahir tamara tanya tara tariq tatiana tayo terence teresa terry thandi theo theresa
    thomas tiffany tim timothy tina tobi toby todd tom tomasz tony tracey tracy trevor tunde uche umar una
    ursula usha usman uzma valerie vanessa vera veronica vicky victor victoria vijay vikram vimal vincent viola
    violet vivian vivienne waheed wanda waqar wayne wendy wilfred william winston xin yasmeen yasmin yemi
    yetunde ying yolanda yousef yusuf yvette yvonne zach zachary zahid zahra zainab zara zoe zofia zuzanna
    """.split()  # noqa: SIM905 (a word a line would be fifteen hundred lines)
)

NOT_NAMES = frozenset(
    """
    a about academic acas account accountable acting actions acute adjusted admin administration administrative
    admissions adult advanced adviser advisor advisory afc age agency agenda agreed agreement all allegation
    allegations allied also ambulance an analysis analyst and annual apprentice approved are area arithmetic arm
    as asian assessment assistant associate at audit august average avon award band bands bangladeshi bank
    bedfordshire berkshire birmingham black blank bme board body bolton book both bradford breakdown briefing
    brighton bristol british buckinghamshire budget bury business by calculated calculation cambridge
    cambridgeshire capacity capital care caribbean case cases casualty ccg cell census central centre change
    changes chart cheshire chief chinese civil class clerical clerk clinical clinician clinicians code codes
    collection college column comment comments commissioning committee communications community company
    complaint complaints completed compliance conduct consultant consultants contact contract contracts control
    coordinator cornwall corporate corrected correction cost council count counts county course coventry
    critical croydon culture cumbria current customer daily dashboard data database date day days deadline
    december decision declared deleted delivery demand dental dentist dentistry department deputy derby
    derbyshire description details development devon diagnostic digital direct director directorate directors
    disability disciplinary dismissed district diversity division dob doctor doctors document domestic doncaster
    dorset dr draft dudley durham ealing east eastern economic edi education electronic emergency employed
    employee employees employer employment end engagement england english entered entering enterprise entries
    entry environment equal equality equity equivalent error esr essex estates estimated ethnic ethnicity
    evaluation evidence example excel executive existing expected experience explanation export external
    facilities families family february female figure figures file final finance finding findings first fixed
    follow for foreign formal forum foundation free friday from fte full fund gateshead general genetic
    gloucestershire governance governor grade grades grand green greenwich grievance gross group groups guardian
    guidance guide hampshire haringey harrow havering head headcount health healthcare help heritage
    hertfordshire high hillingdon history home homerton hospital hospitals hounslow hour hours house hr hull
    human humber icb identity improvement in including inclusion independent indian indicator indicators
    industrial informatics information infrastructure initial inpatient insight institute intake integrated
    intelligence intensive interim internal investigation investigations irish is isle issue item items january
    job joint july junior justice kent kettering key kingdom kingston knowledge laboratory lancashire language
    last law lead leader leadership learning leave leeds legal leicester leicestershire level lewisham library
    licence likelihood lincolnshire list liverpool local locality location london long low lower luton
    maintenance major male management manager managerial managers manchester march maternity matron mean median
    medical medicine medway meeting member members mental mersey merseyside method metric metrics middle midland
    midlands midwife midwifery midwives milton minor misconduct missing mixed model monday month monthly
    multiple name names national nationality neonatal network new newcastle nhs ni night no non none norfolk
    north northampton northamptonshire northern northumbria not note notes nothing nottingham nottinghamshire
    november null number numbers nurse nurses nursing obstetrics occupational october of office officer officers
    old oldham on one online open operating operational operations option or organisation organisational
    organisations other others our outcome outpatient over overall oxford oxfordshire oxleas paediatric
    paediatrics pakistani paper part partner partnership password pathology patient patients pay payroll pending
    people per percent percentage performance period permanent personal personnel peterborough pharmacist
    pharmacists pharmacy physio physiotherapist physiotherapy planning please plymouth point policy population
    porter portfolio portsmouth position post practice practitioner practitioners preston previous primary
    procedure process procurement professional professions profile programme progress project property
    proportion protected provider psychiatry psychology public published purpose quality quarter query questions
    race racial radiographer radiographers radiography radiology rate ratio read reason recorded records
    recruitment red ref reference region regional register registered registrar registration relations relative
    religion report reporting reports representative research reserve resident resource resources response
    result results retail return returned returns review revised right risk role room row rows royal safe
    safeguarding safety saint sample sandwell saturday school science scientific scientist scientists score
    screening secondary secretary section sector security senior september series service services session sex
    sexual sheet sheffield shift short shropshire sickness sign site sites snapshot social software solent
    somerset source south southampton southern special specialist speciality specialty st staff staffordshire
    standard standards start state statement statistics status step stockport strategic strategy street strictly
    student students sub subject submission submitted subtotal suffolk suite summary sunday sunderland
    supervisor supplies support surgery surgical surrey suspended sussex swindon system table tables target team
    teams technical technician technicians technology tees template term test text thames that the theatre
    theatres therapist therapists therapy thursday time title to total totals trainee trainees training transfer
    transformation transport treatment trend trust trusts tuesday turnover tyne type unit units university
    unknown upper urgent use user valid value values version very violence vision visit volume volunteer vsm
    wakefield walsall ward wards warning warrington warwickshire water wear web wednesday week weekly welcome
    welfare wellbeing west western white whole wight wiltshire wirral with without wolverhampton women womens
    worcestershire work workbook worker workers workforce working world wres written wte year years yes york
    yorkshire young your zero
    """.split()  # noqa: SIM905 (a word a line would be fifteen hundred lines)
)
